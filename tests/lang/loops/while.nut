// while tests first.
local i = 0
while (i < 3) i++
print(i + "\n")              // expect: 3
while (false) print("never\n")
