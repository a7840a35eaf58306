// filter gets index and value.
local a = [5, 6, 7, 8].filter(@(i, v) i > 0 && v % 2 == 0)
print(a.len() + " " + a[0] + a[1] + "\n")   // expect: 2 68
