// Instances keep their slots.
class C { x = 1 }
local c = C()
delete c.x                   // expect error: cannot delete a slot from instance
