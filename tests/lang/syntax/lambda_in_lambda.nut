// Lambdas nest.
local f = @(a) @(b) a * b
print(f(6)(7) + "\n")        // expect: 42
