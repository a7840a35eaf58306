// A method finds global functions through the root table.
function helper(n) { return n + 1 }
class C { function f() { return helper(1) } }
print(C().f() + "\n")        // expect: 2
