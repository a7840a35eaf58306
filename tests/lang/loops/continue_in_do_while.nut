// In do-while continue tests the condition.
local i = 0
do { i++; if (i < 3) continue; break } while (i < 10)
print(i + "\n")              // expect: 3
