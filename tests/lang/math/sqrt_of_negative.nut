// A NaN, not an error.
local r = math.sqrt(-1)
print((r == r) + " " + typeof r + "\n")   // expect: true float
