// Bitwise operators need integers.
local f = 1.5
f & 1                        // expect error: bitwise op between 'float' and 'integer'
