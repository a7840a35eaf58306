// Lambdas capture too.
local k = 3
print([1, 2].map(@(v) v * k)[1] + "\n")   // expect: 6
