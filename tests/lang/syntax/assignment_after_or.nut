// After || it compiles, too, when the left side is an operator with a variable.
local a = 1, b = 0
if (a == 1 || b = 2) print("compiles\n")   // expect: compiles
