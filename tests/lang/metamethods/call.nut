// _call gets the caller's this first.
class C { function _call(env, a, b) { return a + b } }
local c = C()
print(c(1, 2) + "\n")        // expect: 3
local t = {}.setdelegate({ function _call(env, x) { return x * 2 } })
print(t(4) + "\n")           // expect: 8
