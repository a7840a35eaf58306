// Each call makes a generator of its own.
function g() { yield 1; yield 2 }
local a = g(), b = g()
resume a
print(resume a + " " + resume b + "\n")   // expect: 2 1
