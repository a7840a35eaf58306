// ++ wraps like +.
local i = 2147483647
i++
print(i + "\n")              // expect: -2147483648
