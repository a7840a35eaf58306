// A generator may resume another.
function inner() { yield "i1"; yield "i2" }
function outer() { foreach (v in inner()) yield v; yield "o" }
foreach (v in outer()) print(v + " ")
print("\n")                  // expect: i1 i2 o 
