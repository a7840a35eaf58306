// An integer and a float are compared as single floats.
local i = 16777217, f = 16777216.0
print((i == f) + " " + (i > f) + " " + (i <= f) + " " + (i <=> f) + "\n")   // expect: true false true 0
print((2147483647 == 2147483648.0) + "\n")   // expect: true
switch (i) { case f: print("case\n") }       // expect: case
