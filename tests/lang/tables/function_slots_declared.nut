// function f() inside a literal makes a slot.
local t = { function f(x) { return x + 1 }, g = @(x) x + 2 }
print(t.f(1) + t.g(1) + "\n")   // expect: 5
