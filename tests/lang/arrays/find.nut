// find gives the index of the first equal item, or null.
local a = [5, 6, 5]
print(a.find(5) + " " + (a.find(9) == null) + "\n")   // expect: 0 true
