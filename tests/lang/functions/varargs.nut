// Surplus arguments are in the array vargv.
function f(a, ...) { return a + ":" + vargv.len() + ":" + (vargv.len() ? vargv[0] : "none") }
print(f(1) + "\n")           // expect: 1:0:none
print(f(1, 2, 3) + "\n")     // expect: 1:2:2
print((function (...) { return typeof vargv })() + "\n")   // expect: array
