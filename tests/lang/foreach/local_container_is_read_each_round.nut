// A container in a plain local is read anew in each round.
local a = [1, 2, 3]
foreach (v in a) { print(v + " "); a = [9, 8, 7, 6] }
print("\n")                  // expect: 1 8 7 6 
