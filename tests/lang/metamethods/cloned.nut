// _cloned gets the original.
class C { n = 1; function _cloned(o) { n = o.n + 100 } }
local c = C()
c.n = 5
print((clone c).n + "\n")    // expect: 105
