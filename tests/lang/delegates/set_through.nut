// Assignment reaches a slot of the delegate.
local d = { x = 1 }
local t = {}.setdelegate(d)
t.x = 5
print(d.x + " " + t.rawin("x") + "\n")   // expect: 5 false
