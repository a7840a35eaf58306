// Parameters are captured like locals.
function adder(n) { return @(x) x + n }
local add5 = adder(5)
print(add5(1) + "\n")        // expect: 6
