// The raw functions on instances.
class C { x = 1 }
local c = C()
print(c.rawin("x") + " " + c.rawin("y") + "\n")   // expect: true false
c.rawset("x", 5)
print(c.rawget("x") + "\n")  // expect: 5
