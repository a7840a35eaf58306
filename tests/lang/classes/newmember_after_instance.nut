// After the first instance they throw.
class A {}
local i = A()
A.newmember("y", 2)          // expect error: trying to modify a class that has already been instantiated
