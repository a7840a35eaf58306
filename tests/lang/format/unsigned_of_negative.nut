// Negative integers as unsigned are 32 bits wide.
print(format("%u", -1) + "\n")       // expect: 4294967295
print(format("%x", -1) + "\n")       // expect: ffffffff
print(format("%08X", -2) + "\n")     // expect: FFFFFFFE
