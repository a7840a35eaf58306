// A missing closing brace is noticed at the end.
// expect compile error @5: expression expected
function f() {
    return 1
