// None at all.
local c = ''                 // expect compile error: empty constant
