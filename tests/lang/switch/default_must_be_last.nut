// A case after default does not compile.
switch (1) {
    default: print("d")
    case 1: print("1")       // expect compile error: expected '}'
}
