// Delegates may have delegates.
local a = { x = "a" }
local b = {}.setdelegate(a)
local c = {}.setdelegate(b)
print(c.x + "\n")            // expect: a
