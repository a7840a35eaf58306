// A _get without a result gives null.
class C { function _get(k) {} }
print((C().anything == null) + "\n")   // expect: true
