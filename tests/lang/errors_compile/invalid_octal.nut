// A digit that is not octal after one that is.
local n = 018                // expect compile error: invalid octal number
