// Nor can it be given one.
local n = null
n.x = 1                      // expect error: trying to set 'null'
