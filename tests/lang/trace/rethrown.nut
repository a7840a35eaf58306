// A rethrown error has the place of the second throw.
function f() {
    throw "first"
}
try {
    f()
} catch (e) {
    throw e                  // expect error: first
}
// expect trace: main 8
