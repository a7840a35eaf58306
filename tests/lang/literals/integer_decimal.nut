// Decimal literals, and the largest and smallest integers.
print(0 + "\n")              // expect: 0
print(42 + "\n")             // expect: 42
print(2147483647 + "\n")     // expect: 2147483647
print(-2147483648 + "\n")    // expect: -2147483648
