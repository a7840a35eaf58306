// An integer and a float give a float.
print(1 + 1.5 + "\n")        // expect: 2.5
print(typeof (1 + 1.0) + "\n")   // expect: float
print(3 / 2.0 + "\n")        // expect: 1.5
print(2 * 0.5 + "\n")        // expect: 1
