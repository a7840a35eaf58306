// Cases compare with ==, so 1.0 matches 1.
switch (1.0) {
    case 1: print("matches\n")                   // expect: matches
}
