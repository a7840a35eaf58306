// A throw after a yield inside try is caught there.
function g() {
    try {
        yield 1
        throw "inside"
    } catch (e) {
        yield "caught " + e
    }
}
local it = g()
print(resume it + "\n")      // expect: 1
print(resume it + "\n")      // expect: caught inside
