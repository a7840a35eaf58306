// Deleting leaves the others where they are.
local t = { a = 1, b = 2, c = 3, d = 4, e = 5, f = 6 }
delete t.c
delete t.e
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: a b d f 
t.z <- 1
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: a b d z f 
