// null has no slots.
local n = null
n.x                          // expect error: the index 'x' does not exist
