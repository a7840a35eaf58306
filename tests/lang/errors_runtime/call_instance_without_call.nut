// An instance without _call.
class C {}
local c = C()
c()                          // expect error: attempt to call 'instance'
