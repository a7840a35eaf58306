// _cmp has to return an integer.
class N { function _cmp(o) { return "x" } }
N() < N()                    // expect error: _cmp must return an integer
