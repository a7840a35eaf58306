// A line that starts with a binary operator continues the expression.
local a = 1
    + 2
    * 3
print(a + "\n")              // expect: 7
