// t.f() calls with t as this.
local t = { n = 5, function f() { return this.n } }
print(t.f() + "\n")          // expect: 5
