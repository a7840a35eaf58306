// function A::m() puts a function into a slot of A.
A <- { n = 3 }
function A::m() { return n }
print(A.m() + "\n")          // expect: 3
