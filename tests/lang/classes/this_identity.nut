// this is the instance the method was called on.
class C { function me() { return this } }
local c = C()
print((c.me() == c) + "\n")  // expect: true
