// The value of return is not delivered by foreach.
function g() { yield 1; return 2 }
foreach (v in g()) print(v + " ")
print("\n")                  // expect: 1 
