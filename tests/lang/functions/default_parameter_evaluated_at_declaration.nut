// A default is evaluated where the function is made.
local n = 1
local f = function (a = n + 1) { return a }
n = 10
print(f() + "\n")            // expect: 2
