// extend adds all items and returns null.
local a = [1]
print((a.extend([2, 3]) == null) + "\n")   // expect: true
print(a.len() + " " + a[2] + "\n")         // expect: 3 3
