// A start position may be given.
local m = regexp("a").search("aba", 1)
print(m.begin + " " + m.end + "\n")   // expect: 2 3
