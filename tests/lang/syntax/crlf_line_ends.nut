// Lines may end with CR LF.
local a = 1
local b = 2
print(a + b + "\n")          // expect: 3
