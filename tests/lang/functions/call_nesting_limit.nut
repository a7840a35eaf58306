// call() is a native, too.
function h(n) { return n == 0 ? 0 : h.call(this, n - 1) }
print(h(49) + "\n")          // expect: 0
try { h(50) } catch (e) { print(e + "\n") }   // expect: Native stack overflow
