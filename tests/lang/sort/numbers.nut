// Without a function the natural order; integers and floats mix.
local a = [3, 1.5, 2, -1]
a.sort()
foreach (v in a) print(v + " ")
print("\n")                  // expect: -1 1.5 2 3 
