// A closure shares the variable, not its value.
local n = 1
local get = function () { return n }
n = 2
print(get() + "\n")          // expect: 2
