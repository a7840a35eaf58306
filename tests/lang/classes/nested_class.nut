// A class may be a member of another.
class A { B = class { v = 4 } }
print(A.B().v + "\n")        // expect: 4
