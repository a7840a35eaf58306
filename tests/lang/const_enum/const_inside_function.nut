// A constant is known everywhere after its declaration, even from inside a function.
function f() { const INNER = 7; return INNER }
print(INNER + f() + "\n")    // expect: 14
