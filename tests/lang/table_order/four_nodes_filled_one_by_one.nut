// Four insertions fill the first four nodes.
local t = {}
foreach (k in ["temperature", "humidity", "time", "agentid"]) t[k] <- 1
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: temperature humidity time agentid 
