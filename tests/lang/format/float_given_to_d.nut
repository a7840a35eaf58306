// %d truncates a float.
print(format("%d %d", 3.9, -3.9) + "\n")   // expect: 3 -3
