// .. is no token.
local n = a..b               // expect compile error: invalid token '..'
