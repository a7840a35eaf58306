// Any other throw goes through.
// differs line: the C++ VM unwinds the metamethod before it reports
class C { function _get(k) { throw "no " + k } }   // expect error: no nothing
C().nothing
