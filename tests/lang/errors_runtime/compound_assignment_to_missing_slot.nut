// += on a missing slot.
local t = {}
t.n += 1                     // expect error: the index 'n' does not exist
