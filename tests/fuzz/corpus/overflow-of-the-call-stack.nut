function f(n) { foreach (x, y in [1]) { foreach (x, y in [2]) { foreach (x, y in [3]) { f(n + 1);
}
}
}
}
f(0);
