// Calling null names the type.
local f = null
f()                          // expect error: attempt to call 'null'
