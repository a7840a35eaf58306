// More than one character in quotes.
local c = 'ab'               // expect compile error: constant too long
