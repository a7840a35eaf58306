// a[i] = i = 1 uses the new i.
local a = [0, 0], i = 0
a[i] = i = 1
print(a[0] + " " + a[1] + "\n")   // expect: 0 1
