function f(n) {
if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; if (1) { local a = 1; f(n + 1);
}

}

}

}

}

}

}

}

}

}

}

}

}

}

}

}

}

}

}

}

}

}

}
}
f(0);
