// A table that grows past four nodes is rehashed.
local t = {}
t.temperature <- 1
t.humidity <- 2
t.time <- 3
t.agentid <- 4
t.extra <- 5
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: extra temperature humidity time agentid 
