// Colliding keys come in an order that depends on the insertions.
local t = {}, u = {}
foreach (k in [0, 4, 8]) t[k] <- 1
foreach (k in [8, 4, 0]) u[k] <- 1
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: 0 8 4 
foreach (k, v in u) print(k + " ")
print("\n")                  // expect: 8 0 4 
