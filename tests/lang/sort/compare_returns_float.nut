// A float result.
local a = [1, 3, 2]
a.sort(@(x, y) (y - x) * 1.0)
foreach (v in a) print(v + " ")
print("\n")                  // expect: 3 2 1 
