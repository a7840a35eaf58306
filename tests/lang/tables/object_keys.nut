// Objects are keys by identity.
local a = [], b = []
local t = {}
t[a] <- "a"
t[b] <- "b"
print(t[a] + t[b] + "\n")    // expect: ab
