// ?: is looser than ||.
print((true || false ? 1 : 2) + "\n")   // expect: 1
print((false ? 1 : 2 || 3) + "\n")      // expect: 2
