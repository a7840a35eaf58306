// #line sets the line and the file of what follows.
// differs: stock takes #line for a comment
function f() {
#line 100 "lib.nut"
    throw "x"
}
f()
// expect error @100: x
// expect trace: f lib.nut:100
// expect trace: main lib.nut:102
