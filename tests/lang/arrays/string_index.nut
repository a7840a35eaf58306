// A string index finds methods only.
local a = [1]
a["x"]                       // expect error: the index 'x' does not exist
