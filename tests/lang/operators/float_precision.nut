// Floats are single precision.
print((0.1 + 0.2 == 0.3) + "\n")          // expect: true
print((16777216.0 + 1 == 16777216.0) + "\n")   // expect: true
print(1.0 / 3 * 3 + "\n")                 // expect: 1
print(format("%.10f", 0.1) + "\n")        // expect: 0.1000000015
