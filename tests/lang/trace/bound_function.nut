// bindenv does not change the name.
function f() {
    throw "x"                // expect error: x
}
local env = {}
local b = f.bindenv(env)
b()
// expect trace: f 3
// expect trace: main 7
