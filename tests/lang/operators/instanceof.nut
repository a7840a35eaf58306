// instanceof follows the base classes.
class A {}
class B extends A {}
local b = B()
print((b instanceof B) + "\n")     // expect: true
print((b instanceof A) + "\n")     // expect: true
print((A() instanceof B) + "\n")   // expect: false
print((5 instanceof A) + "\n")     // expect: false
