// A built-in method's name cannot be assigned on a string.
local s = "x"
s.len = 5                    // expect error: trying to set 'string'
