// apply works in place and returns null.
local a = [1, 2]
print((a.apply(@(v) v + 1) == null) + " " + a[0] + a[1] + "\n")   // expect: true 23
