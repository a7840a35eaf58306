// Declared functions have their names; callers follow.
function inner() {
    throw "deep"             // expect error: deep
}
function outer() {
    inner()
    return 1
}
outer()
// expect trace: inner 3
// expect trace: outer 6
// expect trace: main 9
