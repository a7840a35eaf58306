// A clone is filled in iteration order; colliding keys may change places.
local t = {}
foreach (k in [0, 4, 8, 1, 12, 16]) t[k] <- 1
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: 0 1 4 16 12 8 
foreach (k, v in clone t) print(k + " ")
print("\n")                  // expect: 0 1 4 8 12 16 
