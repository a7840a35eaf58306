// Order after clear and refill.
local t = {}
for (local i = 0; i < 10; i++) t["n" + i] <- i
t.clear()
foreach (k in ["one", "two", "three", "four", "five"]) t[k] <- 1
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: five three one two four 
