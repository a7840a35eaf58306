// t["f"]() passes t as this, too.
local t = { n = 7, function f() { return n } }
print(t["f"]() + "\n")       // expect: 7
