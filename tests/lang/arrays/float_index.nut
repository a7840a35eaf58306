// A float index is truncated.
local a = ["x", "y"]
print(a[1.9] + "\n")         // expect: y
