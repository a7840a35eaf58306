// An error in _tostring reaches the concatenation.
class A { function _tostring() { throw "in tostring" } }
try { local s = "x" + A() } catch (e) { print("caught " + e + "\n") }   // expect: caught in tostring
