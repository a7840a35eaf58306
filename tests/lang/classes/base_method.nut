// base reaches the overridden method with the same this.
class A { n = 1; function f() { return "A" + n } }
class B extends A { function f() { return "B" + base.f() } }
local b = B()
b.n = 5
print(b.f() + "\n")          // expect: BA5
