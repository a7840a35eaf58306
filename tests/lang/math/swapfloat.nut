// swapfloat reverses the bytes of a float.
print(swapfloat(swapfloat(1.5)) + "\n")   // expect: 1.5
