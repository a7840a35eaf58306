// Lambdas take default parameters.
local f = @(a, b = 10) a + b
print(f(1) + f(1, 1) + "\n") // expect: 13
