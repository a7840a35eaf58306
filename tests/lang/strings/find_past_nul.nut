// find goes by length, past NUL.
// differs: stock stops at NUL
local s = "ab\0cd"
print(s.find("cd") + " " + s.find("\0c") + "\n")   // expect: 3 2
