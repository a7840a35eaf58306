// callee() is the running function.
local f = function (n) { return n < 2 ? 1 : n * callee()(n - 1) }
print(f(5) + "\n")           // expect: 120
