// ?: associates to the right and evaluates one branch only.
local f = @(n) n < 0 ? "neg" : n == 0 ? "zero" : "pos"
print(f(-1) + f(0) + f(1) + "\n")   // expect: negzeropos
