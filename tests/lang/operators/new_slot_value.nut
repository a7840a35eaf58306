// <- is an expression.
local t = {}
print((t.a <- 5) + "\n")     // expect: 5
