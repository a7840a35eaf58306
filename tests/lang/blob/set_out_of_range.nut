// And writing outside.
local b = blob(2)
b[5] = 1                     // expect error: index out of range
