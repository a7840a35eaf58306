// A table that loses three quarters of its slots is rehashed.
local t = {}
for (local i = 0; i < 16; i++) t["key" + i] <- i
foreach (k, v in t) print(v + " ")
print("\n")                  // expect: 1 0 3 2 5 4 7 6 9 8 15 14 13 12 10 11 
for (local i = 0; i < 13; i++) delete t["key" + i]
foreach (k, v in t) print(v + " ")
print("\n")                  // expect: 15 14 13 
