// _get of a delegate is asked after its slots.
local t = { a = 1 }.setdelegate({ b = 2, function _get(k) { return "got " + k } })
print(t.a + " " + t.b + " " + t.c + "\n")   // expect: 1 2 got c
