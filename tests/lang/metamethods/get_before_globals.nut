// In a class with _get bare names ask it before the root table.
g <- "global"
class C { function _get(k) { return "got " + k } function f() { return g } }
print(C().f() + "\n")        // expect: got g
