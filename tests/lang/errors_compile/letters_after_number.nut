// Letters directly after a number begin a new token.
local n = 12ab               // expect compile error: end of statement expected (; or lf)
