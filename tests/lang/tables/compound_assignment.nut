// Compound assignment and ++ through any kind of index.
local t = { ["x y"] = 1 }, a = [5]
t["x y"] *= 5
a[0]++
a[0] += 2
print(t["x y"] + " " + a[0] + "\n")   // expect: 5 8
