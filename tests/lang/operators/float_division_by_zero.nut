// Float division by zero gives the infinities and a NaN.
local zero = 0.0
print(1 / zero + "\n")       // expect: inf
print(-1 / zero + "\n")      // expect: -inf
print(zero / zero + "\n")    // expect: -nan
