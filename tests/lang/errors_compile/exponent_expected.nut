// An exponent without digits.
local n = 1e+                // expect compile error: exponent expected
