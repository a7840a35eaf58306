// Too few bytes left.
local b = blob(2)
b.readn('i')                 // expect error: io error
