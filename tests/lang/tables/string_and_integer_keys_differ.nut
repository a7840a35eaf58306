// "1" and 1 are distinct keys.
local t = { ["1"] = "string" }
t[1] <- "int"
print(t["1"] + " " + t[1] + "\n")    // expect: string int
