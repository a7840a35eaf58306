// The left operand of && lives until the right one has been evaluated.
class O {}
local weak = null
function make() { local o = O(); weak = o.weakref(); return o }
function look() { return weak.ref() != null }
print(make() && look())      // expect: true
