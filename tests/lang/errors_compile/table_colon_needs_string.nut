// Only quoted names take a colon.
local t = { a : 1 }          // expect compile error: expected '='
