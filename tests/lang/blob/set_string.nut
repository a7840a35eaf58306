// A string is no byte.
local b = blob(2)
b[0] = "x"                   // expect error: parameter 2 has an invalid type 'string' ; expected: 'integer|float'
