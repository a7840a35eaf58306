// An assignment is an expression; it associates to the right.
local a, b
a = b = 3
print(a + b + "\n")          // expect: 6
print((a = 4) + "\n")        // expect: 4
