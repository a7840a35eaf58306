// A statement ends with ; or the line.
local a = 1; local b = 2
local c = 3
print(a + b + c + "\n")      // expect: 6
