// So does a negative index.
local b = blob(2)
b[-1]                        // expect error: index out of range
