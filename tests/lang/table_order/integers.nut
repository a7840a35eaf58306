// Integer keys hash to themselves.
local t = {}
for (local i = 9; i >= 0; i--) t[i] <- i
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: 0 1 2 3 4 5 6 7 8 9 
