// A metamethod in the table itself is not used.
local t = { function _tostring() { return "mine" } }
print(t.tostring().slice(0, 7) + "\n")   // expect: (table 
