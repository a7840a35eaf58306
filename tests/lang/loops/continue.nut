// continue goes to the step of for and the test of while.
local s = ""
for (local i = 0; i < 5; i++) { if (i % 2) continue; s += i }
local i = 0
while (i < 5) { i++; if (i == 3) continue; s += i }
print(s + "\n")              // expect: 0241245
