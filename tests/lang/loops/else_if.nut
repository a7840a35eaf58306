// A chain of else if.
function f(n) { if (n < 0) return "neg"; else if (n == 0) return "zero"; else return "pos" }
print(f(-1) + f(0) + f(1) + "\n")   // expect: negzeropos
