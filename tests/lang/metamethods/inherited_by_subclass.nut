// A derived class inherits metamethods.
class A { function _tostring() { return "A text" } }
class B extends A {}
print(B() + "\n")            // expect: A text
