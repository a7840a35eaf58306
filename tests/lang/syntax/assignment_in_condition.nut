// An assignment may be a condition.
local b = 0
if (b = 3) print("taken " + b + "\n")   // expect: taken 3
