// Negative counts are taken modulo 32.
print((1 << -1) + " " + (5 >> -31) + "\n")   // expect: -2147483648 2
