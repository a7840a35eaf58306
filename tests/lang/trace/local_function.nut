// A local function keeps its name.
local function named() {
    throw "x"                // expect error: x
}
named()
// expect trace: named 3
// expect trace: main 5
