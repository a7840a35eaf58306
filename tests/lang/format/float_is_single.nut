// Digits beyond single precision show.
print(format("%.12f", 0.1) + "\n")   // expect: 0.100000001490
print(format("%.3f", 16777217.0) + "\n")   // expect: 16777216.000
