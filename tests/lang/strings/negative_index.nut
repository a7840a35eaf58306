// Negative indexes throw.
// differs: stock reads outside the string
local s = "abcd"
s[-1]                        // expect error: the index '-1' does not exist
