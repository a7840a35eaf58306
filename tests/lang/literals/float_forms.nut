// Ways to write a float.
print(1.5 + "\n")            // expect: 1.5
print(1.0 + "\n")            // expect: 1
print(1e3 + "\n")            // expect: 1000
print(1.5E-3 + "\n")         // expect: 0.0015
print(2e+2 + "\n")           // expect: 200
print(typeof 1. + "\n")      // expect: float
print(typeof 1e3 + "\n")     // expect: float
