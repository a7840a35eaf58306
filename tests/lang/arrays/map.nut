// map makes a new array.
local a = [1, 2, 3]
local b = a.map(@(v) v * 10)
print(b[0] + " " + b[2] + " " + a[0] + "\n")   // expect: 10 30 1
