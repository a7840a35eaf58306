// A local of the enclosing function wins over a slot of this.
local name = "local"
local t = { name = "member", function f() { return name } }
print(t.f() + "\n")          // expect: local
