// The key is shown as text.
local t = {}
t[12]                        // expect error: the index '12' does not exist
