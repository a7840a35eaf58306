// A function stored in a slot is unknown; one declared in the literal has its name.
local t = {
    a = function () {
        throw "in a"         // expect error: in a
    }
    function b() {
        a()
    }
}
t.b()
// expect trace: unknown 4
// expect trace: b 7
// expect trace: main 10
