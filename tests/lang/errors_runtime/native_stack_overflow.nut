// A hundred nested calls through natives are the limit; a native and its callback count one each.
function h(n) { return n == 0 ? 0 : [n].map(@(x) h(x - 1))[0] }
print(h(49) + "\n")          // expect: 0
try { h(50) } catch (e) { print(e + "\n") }   // expect: Native stack overflow
