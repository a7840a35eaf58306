// Assigning the value variable does not change the array.
local a = [1, 2]
foreach (v in a) v = 9
print(a[0] + " " + a[1] + "\n")   // expect: 1 2
