// So does sort.
local a = [16777218.0, 16777217, 16777216.0, 16777219]
a.sort()
foreach (v in a) print(v + " ")
print("\n")                  // expect: 16777217 1.67772e+07 1.67772e+07 16777219 
