// Members named 1 and 1.0 are two members, and their attributes are two as well.
class A {
    </ which = "integer" /> [1] = 0
    </ which = "float" /> [1.0] = 0
}
print(A.getattributes(1).which + "\n")      // expect: integer
print(A.getattributes(1.0).which + "\n")    // expect: float
