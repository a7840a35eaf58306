// NUL bytes count in the hash.
local t = {}
foreach (k in ["a\0", "\0a", "\0\0", "a", ""]) t[k] <- 1
foreach (k, v in t) print(k.len() + " ")
print("\n")                  // expect: 1 2 2 0 2 
