// Endless recursion is an error that can be caught.
// differs: the C++ VM eats memory
function f(n) { return 1 + f(n + 1) }
try { f(0) } catch (e) { print(e.slice(0, 14) + "\n") }   // expect: stack overflow
print("alive\n")             // expect: alive
