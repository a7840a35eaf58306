// Assigning a member that does not exist throws.
class P {}
local p = P()
p.x = 1                      // expect error: the index 'x' does not exist
