// in sees members and methods but no metamethods.
class C { x = 1; function f() {} function _tostring() { return "c" } }
print(("x" in C) + " " + ("f" in C) + " " + ("_tostring" in C) + " " + ("x" in C()) + "\n")   // expect: true true false true
