// After the block of an if on the same line, too.
if (true) { print("x") } print("y")   // expect compile error: end of statement expected (; or lf)
