// Only the low five bits of the shift count matter.
local n = 32
print((1 << n) + "\n")       // expect: 1
print((1 << 33) + "\n")      // expect: 2
print((256 >> 33) + "\n")    // expect: 128
