// A literal of n slots starts at the next power of two; an empty one that grows may order differently.
local t = { s0 = 0, s1 = 1, s2 = 2, s3 = 3, s4 = 4 }
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: s4 s1 s0 s3 s2 
local u = {}
u.s0 <- 0
u.s1 <- 1
u.s2 <- 2
u.s3 <- 3
u.s4 <- 4
foreach (k, v in u) print(k + " ")
print("\n")                  // expect: s4 s1 s0 s3 s2 
