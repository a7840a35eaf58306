// Metamethods may nest 98 deep.
class A { function _add(o) { return o == 0 ? 0 : this + (o - 1) } }
local a = A()
print((a + 98) + "\n")       // expect: 0
try { a + 99 } catch (e) { print(e + "\n") }   // expect: Native stack overflow
