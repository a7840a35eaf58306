// len, reading and writing items.
local a = [1, 2, 3]
a[1] = "two"
print(a.len() + " " + a[1] + "\n")   // expect: 3 two
