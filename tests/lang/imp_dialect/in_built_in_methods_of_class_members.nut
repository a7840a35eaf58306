// Metamethods are no members.
class C { function _add(o) {} function plain() {} }
print(("_add" in C) + " " + ("plain" in C) + "\n")   // expect: false true
