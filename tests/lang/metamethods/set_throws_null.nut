// throw null in _set means not found.
class C { function _set(k, v) { throw null } }
local c = C()
c.nothing = 1                // expect error: the index 'nothing' does not exist
