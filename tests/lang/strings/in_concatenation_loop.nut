// Building a string piece by piece.
local s = ""
for (local i = 0; i < 5; i++) s += i + (i < 4 ? "," : "")
print(s + "\n")              // expect: 0,1,2,3,4
