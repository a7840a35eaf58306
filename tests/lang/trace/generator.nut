// A generator's frame has the name of its function; the resume is the caller.
function g() {
    yield 1
    throw "in generator"     // expect error: in generator
}
local it = g()
resume it
resume it
// expect trace: g 4
// expect trace: main 8
