// A clone has the same delegate.
local t = {}.setdelegate({ x = 1 })
print((clone t).x + "\n")    // expect: 1
