// The comma operator gives the last value.
local a = 0
local i
for (i = 0, a = 5; i < 2; i++, a += 10) {}
print(i + " " + a + "\n")    // expect: 2 25
