// A string is indexed by byte; the item is an integer.
local s = "abc"
print(s.len() + " " + s[0] + " " + s[2] + "\n")   // expect: 3 97 99
