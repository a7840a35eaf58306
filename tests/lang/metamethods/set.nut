// _set is asked for missing slots only.
class C {
    x = 1
    last = null
    function _set(k, v) { last = k + "=" + v }
}
local c = C()
c.x = 2
c.y = 3
print(c.x + " " + c.last + "\n")   // expect: 2 y=3
