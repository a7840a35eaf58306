// reverse works in place and returns null.
local a = [1, 2, 3]
print((a.reverse() == null) + " " + a[0] + a[1] + a[2] + "\n")   // expect: true 321
