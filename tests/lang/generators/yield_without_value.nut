// yield alone gives null.
function g() { yield; yield 2 }
local it = g()
print((resume it == null) + "\n")   // expect: true
