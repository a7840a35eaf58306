// slice copies a part; negative numbers count from the end.
local a = [1, 2, 3, 4]
print(a.slice(1).len() + " " + a.slice(1, 3)[0] + " " + a.slice(-2)[0] + " " + a.slice(0, -1).len() + "\n")   // expect: 3 2 3 3
