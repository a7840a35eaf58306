// %f accepts an integer.
print(format("%.1f", 3) + "\n")      // expect: 3.0
