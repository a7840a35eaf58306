// A character cannot be assigned.
local s = "abc"
s[0] = 65                    // expect error: trying to set 'string'
