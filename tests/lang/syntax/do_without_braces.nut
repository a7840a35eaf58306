// The body of do may be a single statement.
local i = 0
do i++ while (i < 3)
print(i + "\n")              // expect: 3
