// A comma in parentheses gives the last value.
local a = (1, 2)
print(a + "\n")              // expect: 2
