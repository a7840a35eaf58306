// A float hashes as its integer part, a bool as 0 or 1.
local t = {}
foreach (k in [2.9, true, false, 1.5, 2, 0.5]) t[k] <- 1
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: false true 2.9 0.5 2 1.5 
