// A local declared first can be called from inside its function.
local fib
fib = function (n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
print(fib(10) + "\n")        // expect: 55
