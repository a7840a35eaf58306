// A method taken from an instance forgets the instance.
v <- "root"
class C { v = "member"; function f() { return v } }
local f = C().f
print(f() + "\n")            // expect: root
