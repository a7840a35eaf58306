// Each call is a frame.
function f(n) {
    if (n == 0) throw "bottom"   // expect error: bottom
    f(n - 1)
}
f(2)
// expect trace: f 3
// expect trace: f 4
// expect trace: f 4
// expect trace: main 6
