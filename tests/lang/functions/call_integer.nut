// Calling an integer names the type.
local t = { x = 5 }
t.x()                        // expect error: attempt to call 'integer'
