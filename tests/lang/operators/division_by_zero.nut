// Integer division by zero is an error.
local zero = 0
1 / zero                     // expect error: division by zero
