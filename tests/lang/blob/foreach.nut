// foreach gives index and byte.
local b = blob(3)
b[1] = 200
foreach (i, v in b) print(i + ":" + v + " ")
print("\n")                  // expect: 0:0 1:200 2:0 
