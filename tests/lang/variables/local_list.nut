// Several locals in one statement.
local a = 1, b = "x", c
print(a + b + (c == null) + "\n")   // expect: 1xtrue
