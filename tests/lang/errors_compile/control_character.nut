// A control character in the source.
local x = 1  // expect compile error: unexpected character(control)
