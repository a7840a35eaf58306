// Native functions can be bound.
local t = { a = 1, b = 2 }
local len = t.len.bindenv(t)
print(len() + "\n")          // expect: 2
