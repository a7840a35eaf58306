// A derived class has the members of its base.
class A { x = 1; function f() { return "A.f" } function g() { return "A.g" } }
class B extends A { y = 2; function g() { return "B.g" } }
local b = B()
print(b.x + b.y + b.f() + b.g() + "\n")   // expect: 3A.fB.g
