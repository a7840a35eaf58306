// ~ needs an integer.
local s = "a"
~s                           // expect error: attempt to perform a bitwise op on a string
