// Overflow wraps at 32 bits.
print((2147483647 + 1) + "\n")      // expect: -2147483648
print((-2147483647 - 2) + "\n")     // expect: 2147483647
print(65536 * 65536 + "\n")         // expect: 0
print(46341 * 46341 + "\n")         // expect: -2147479015
print(-(-2147483647 - 1) + "\n")    // expect: -2147483648
