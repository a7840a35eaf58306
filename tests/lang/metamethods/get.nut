// _get is asked for missing slots only.
class C { x = 1; function _get(k) { return "got " + k } }
local c = C()
print(c.x + " " + c.y + " " + c[5] + "\n")   // expect: 1 got y got 5
