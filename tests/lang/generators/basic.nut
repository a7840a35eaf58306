// resume runs to the next yield.
function g() { yield 1; yield 2; return 3 }
local it = g()
print(resume it + "\n")      // expect: 1
print(resume it + "\n")      // expect: 2
print(resume it + "\n")      // expect: 3
