// A global function may call itself.
function fact(n) { return n < 2 ? 1 : n * fact(n - 1) }
print(fact(10) + "\n")       // expect: 3628800
