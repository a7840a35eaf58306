// A reserved word is no name.
local class = 1              // expect compile error: expected 'IDENTIFIER'
