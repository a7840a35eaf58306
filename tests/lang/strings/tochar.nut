// tochar makes a one-byte string of the low byte.
print((65).tochar() + (321).tochar() + "\n")   // expect: AA
print((0).tochar().len() + "\n")               // expect: 1
