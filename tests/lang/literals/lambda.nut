// @(a, b) expression is a function that returns the expression.
local add = @(a, b) a + b
print(add(2, 3) + "\n")      // expect: 5
print(typeof add + "\n")     // expect: function
