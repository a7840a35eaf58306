// The left operand's metamethod is asked only.
class V { function _add(o) { return "add" } }
local v = V()
print((v + 1) + "\n")        // expect: add
1 + v                        // expect error: arith op + on between 'integer' and 'instance'
