// An unknown format.
local b = blob(4)
b.readn('q')                 // expect error: invalid format
