// == and != do not use _cmp.
class N { function _cmp(o) { return 0 } }
local a = N(), b = N()
print((a == b) + " " + (a != b) + " " + (a <=> b) + "\n")   // expect: false true 0
