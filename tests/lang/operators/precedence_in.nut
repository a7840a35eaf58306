// in stands with && and below ==, so the comparison on its right comes first.
local t = { a = 1 }
print(("a" in t == t) + "\n")     // expect: false
print((("a" in t) == true) + "\n")   // expect: true
