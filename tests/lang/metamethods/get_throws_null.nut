// throw null in _get means not found.
class C { function _get(k) { throw null } }
C().nothing                  // expect error: the index 'nothing' does not exist
