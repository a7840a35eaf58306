// Arrays of arrays.
local m = [[1, 2], [3, 4]]
m[1][0] = "x"
print(m[1][0] + m[0][1] + "\n")   // expect: x2
