// :: reaches the root table from anywhere.
x <- 1
local t = { x = 2, function f() { return x + " " + ::x } }
print(t.f() + "\n")          // expect: 2 1
