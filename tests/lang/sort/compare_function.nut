// A compare function returns a number below, at or above 0.
local a = [1, 3, 2]
a.sort(@(x, y) y - x)
foreach (v in a) print(v + " ")
print("\n")                  // expect: 3 2 1 
