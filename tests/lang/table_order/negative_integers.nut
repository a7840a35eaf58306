// Negative keys hash by their low bits.
local t = {}
foreach (k in [-1, -2, -3, 3, 2, 1, 0]) t[k] <- 1
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: 0 1 2 3 -3 -2 -1 
