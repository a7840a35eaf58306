// The path may be longer.
A <- { B = {} }
function A::B::m() { return "m" }
print(A.B.m() + "\n")        // expect: m
