// resume is an expression.
function g() { yield 2; yield 3 }
local it = g()
local x = resume it
local y = 10 * resume it
print(x + " " + y + "\n")    // expect: 2 30
