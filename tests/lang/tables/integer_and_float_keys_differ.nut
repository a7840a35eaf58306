// 1 and 1.0 are distinct keys.
local t = {}
t[1] <- "int"
t[1.0] <- "float"
print(t[1] + " " + t[1.0] + " " + t.len() + "\n")   // expect: int float 2
