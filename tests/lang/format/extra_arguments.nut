// Surplus arguments are ignored.
print(format("%d", 1, 2, 3) + "\n")  // expect: 1
