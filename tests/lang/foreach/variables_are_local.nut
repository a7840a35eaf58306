// The variables end with the loop and hide others.
local v = "mine"
foreach (v in [1, 2]) {}
print(v + "\n")              // expect: mine
