// remove gives the item and closes the gap.
local a = ["x", "y", "z"]
print(a.remove(1) + " " + a.len() + " " + a[1] + "\n")   // expect: y 2 z
