// Chains of points, brackets and calls.
local t = { a = [{ f = @() { b = "end" } }] }
print(t.a[0].f().b + "\n")   // expect: end
