// A _tostring that returns something else is ignored.
class A { function _tostring() { return 5 } }
print(A().tostring().slice(0, 12) + "\n")   // expect: (instance : 
