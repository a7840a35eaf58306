// Characters as integers.
foreach (i, c in "AB") print(i + ":" + c + " ")
print("\n")                  // expect: 0:65 1:66 
