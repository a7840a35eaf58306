// Insertions after deletions do not reuse a deleted node unless it is a main position.
local t = {}
foreach (k in ["x", "y", "z"]) t[k] <- 1
delete t.y
t.w <- 1
t.v <- 1
t.y <- 1
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: y x z w v 
