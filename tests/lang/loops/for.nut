// for with all parts, with empty parts, and with several variables.
for (local i = 0; i < 3; i++) print(i)
print("\n")                  // expect: 012
local n = 0
for (;;) { if (++n == 4) break }
print(n + "\n")              // expect: 4
for (local i = 0, j = 10; i < j; i += 3, j -= 3) print(i + "-" + j + " ")
print("\n")                  // expect: 0-10 3-7 
