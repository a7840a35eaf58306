// %f %e %g %E %G with and without precision.
print(format("%f", 1.5) + "\n")      // expect: 1.500000
print(format("%.2f", 3.14159) + "\n")   // expect: 3.14
print(format("%e", 12345.678) + "\n")   // expect: 1.234568e+04
print(format("%g %G", 0.0001, 1e-10) + "\n")   // expect: 0.0001 1E-10
print(format("%.0f %.1f", 2.5, 0.25) + "\n")   // expect: 2 0.2
