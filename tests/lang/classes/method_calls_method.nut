// A bare call in a method finds the other methods.
class A { function f() { return g() + "!" } function g() { return "g" } }
print(A().f() + "\n")        // expect: g!
