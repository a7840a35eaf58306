// delete of a missing slot throws.
local t = {}
delete t.k                   // expect error: the index 'k' does not exist
