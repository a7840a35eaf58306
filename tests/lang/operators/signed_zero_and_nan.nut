// Floats are equal when their bits are.
local zero = 0.0
local nan = zero / zero
print((0.0 == -zero) + "\n") // expect: false
print((nan == nan) + "\n")   // expect: true
print((nan > 1) + "\n")      // expect: true
