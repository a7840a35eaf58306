// The right side is evaluated before the assignment.
local a = 1, b = 2
local t = a
a = b
b = t
print(a + " " + b + "\n")    // expect: 2 1
