// A line that starts with ( continues the expression: it is a call.
local f = @(x) x + 1
local g = f
(4)
print(g + "\n")              // expect: 5
