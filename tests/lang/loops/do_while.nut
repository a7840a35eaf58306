// do runs once at least.
local i = 10
do { i++ } while (i < 5)
print(i + "\n")              // expect: 11
