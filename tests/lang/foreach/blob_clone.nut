// A cloned blob has the same bytes.
local b = blob(2)
b[1] = 5
foreach (v in clone b) print(v + " ")
print("\n")                  // expect: 0 5 
