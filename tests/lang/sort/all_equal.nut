// Even when all are equal.
local a = ["a", "b", "c", "d", "e", "f"]
a.sort(@(x, y) 0)
foreach (v in a) print(v)
print("\n")                  // expect: bcdefa
