// A cycle is refused.
local a = {}, b = {}.setdelegate(a)
a.setdelegate(b)             // expect error: delagate cycle
