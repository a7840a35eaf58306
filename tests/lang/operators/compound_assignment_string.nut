// += appends to a string and works on slots and items.
local s = "a"
s += "b"
s += 1
print(s + "\n")              // expect: ab1
local t = { s = "x" }, a = ["y"]
t.s += "1"
a[0] += "2"
print(t.s + a[0] + "\n")     // expect: x1y2
