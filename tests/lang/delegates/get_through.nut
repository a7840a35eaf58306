// A missing slot is looked up in the delegate.
local t = { a = 1 }.setdelegate({ a = 10, b = 20 })
print(t.a + " " + t.b + "\n")   // expect: 1 20
