// return at the end of a line returns null.
function f() {
    return
    5
}
print((f() == null) + "\n")  // expect: true
