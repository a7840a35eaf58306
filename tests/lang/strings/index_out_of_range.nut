// Outside it throws.
local s = "abc"
s[3]                         // expect error: the index '3' does not exist
