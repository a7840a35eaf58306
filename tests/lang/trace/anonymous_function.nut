// A function without a name is unknown.
local f = function () {
    throw "here"             // expect error: here
}
f()
// expect trace: unknown 3
// expect trace: main 5
