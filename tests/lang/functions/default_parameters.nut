// Defaults fill missing arguments from the right.
function f(a, b = 2, c = 3) { return a + " " + b + " " + c }
print(f(1) + "\n")           // expect: 1 2 3
print(f(1, 9) + "\n")        // expect: 1 9 3
print(f(1, 9, 8) + "\n")     // expect: 1 9 8
