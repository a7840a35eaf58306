// An instance is a usual environment.
class C {
    v = 3
    function later() { return (function () { return v }).bindenv(this) }
}
local c = C()
print(c.later()() + "\n")    // expect: 3
