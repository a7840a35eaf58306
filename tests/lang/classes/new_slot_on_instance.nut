// Instances cannot get new slots.
class P {}
local p = P()
p.x <- 1                     // expect error: class instances do not support the new slot operator
