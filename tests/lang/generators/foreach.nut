// foreach runs a generator to its end; the index counts from 0.
function g() { yield "a"; yield "b"; yield "c" }
foreach (i, v in g()) print(i + v + " ")
print("\n")                  // expect: 0a 1b 2c 
