// A method found in the delegate runs with the table as this.
local d = { function f() { return n } }
local t = { n = 9 }.setdelegate(d)
print(t.f() + "\n")          // expect: 9
