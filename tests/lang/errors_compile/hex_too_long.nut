// More than eight hexadecimal digits.
local n = 0x123456789        // expect compile error: too many digits for an Hex number
