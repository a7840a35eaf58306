// Bodies may be single statements.
for (local i = 0; i < 2; i++) if (i) print("one\n"); else print("zero\n")
// expect: zero
// expect: one
