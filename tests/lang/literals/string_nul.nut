// A string may hold NUL; the length counts it.
local s = "a\0b"
print(s.len() + "\n")        // expect: 3
print(s[1] + "\n")           // expect: 0
print(s[2] + "\n")           // expect: 98
