// An array that shrinks during foreach ends early.
local a = [3, 4, 5]
foreach (i, v in a) { print(v + " "); a.remove(0) }
print("\n")                  // expect: 3 5 
