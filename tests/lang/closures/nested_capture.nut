// A variable may be captured through several functions.
function a() {
    local x = "deep"
    return function () { return function () { return x } }
}
print(a()()() + "\n")        // expect: deep
