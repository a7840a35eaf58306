// ``in`` and ``instanceof`` bind like ``&&``: looser than ``==`` and the bit operators.
// differs: they bind tighter from Squirrel 3.0.5 on
class A {}
local t = { a = 1, [3] = 1 }
print(("a" in t == true) + "\n")          // expect: false
print((("a" in t) == true) + "\n")        // expect: true
print((1 | 2 in t) + "\n")                // expect: true
print(!("b" in t) && "a" in t)            // expect: true
print("\n")
try print(A() instanceof A == A) catch (e) print(e + "\n")   // expect: cannot apply instanceof between a bool and a instance
