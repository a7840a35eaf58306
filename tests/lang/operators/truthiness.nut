// Only null, false, 0 and 0.0 are false.
foreach (v in [null, false, 0, 0.0, "", [], {}, "0", -1, 0.1]) print(v ? "t" : "f")
print("\n")                  // expect: fffftttttt
