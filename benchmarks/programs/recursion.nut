// Recursive calls of global functions with small integer arguments: Fibonacci, Takeuchi, Ackermann.

function fib(n) {
    if (n < 2) return n;
    return fib(n - 1) + fib(n - 2);
}

function tak(x, y, z) {
    if (y >= x) return z;
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

function ackermann(m, n) {
    if (m == 0) return n + 1;
    if (n == 0) return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

local started = clock();
print("fib " + fib(32) + "\n");
print("tak " + tak(20, 13, 6) + "\n");
print("ackermann " + ackermann(2, 400) + "\n");
print("inner " + (clock() - started) + "\n");
