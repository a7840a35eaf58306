// << wraps, >> keeps the sign, >>> does not.
print((1 << 4) + "\n")       // expect: 16
print((1 << 31) + "\n")      // expect: -2147483648
print((-16 >> 2) + "\n")     // expect: -4
print((-16 >>> 2) + "\n")    // expect: 1073741820
print((-1 >>> 31) + "\n")    // expect: 1
