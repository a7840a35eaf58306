// 1 and true are distinct keys.
local t = {}
t[1] <- "int"
t[true] <- "bool"
print(t[1] + " " + t[true] + "\n")   // expect: int bool
