// function A::m() shows as m.
A <- {}
function A::m() {
    throw "x"                // expect error: x
}
A.m()
// expect trace: m 4
// expect trace: main 6
