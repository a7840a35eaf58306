// Index and value; the index may be left out.
foreach (i, v in ["a", "b"]) print(i + v + " ")
print("\n")                  // expect: 0a 1b 
foreach (v in ["a", "b"]) print(v)
print("\n")                  // expect: ab
