// Functions called with call() and acall().
// differs line: the C++ VM reports the outermost native call
function f() {
    throw "x"                // expect error: x
}
function g() {
    f.call(this)
}
g.acall([this])
// expect trace: f 4
// expect trace: g 7
// expect trace: main 9
