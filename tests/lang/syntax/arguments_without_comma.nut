// The comma between arguments may be left out.
local f = @(a, b) a - b
print(f(5 2) + "\n")         // expect: 3
