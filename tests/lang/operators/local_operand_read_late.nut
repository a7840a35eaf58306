// A plain local operand is read when the operator runs, after both sides.
local k = 2
print((k - --k) + "\n")      // expect: 0
k = 3
print((++k + ++k) + "\n")    // expect: 10
