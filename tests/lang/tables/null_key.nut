// null cannot be a key.
local t = {}
t[null] <- 1                 // expect error: null cannot be used as index
