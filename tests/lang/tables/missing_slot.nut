// A missing slot throws.
local t = {}
t.a                          // expect error: the index 'a' does not exist
