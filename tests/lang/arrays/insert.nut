// insert moves the rest up; the length is allowed as index.
local a = [1, 3]
a.insert(1, 2)
a.insert(3, 4)
print(a[0] + "" + a[1] + a[2] + a[3] + "\n")   // expect: 1234
