// Closures over a for variable all see its last value.
local fs = []
for (local i = 0; i < 3; i++) fs.push(function () { return i })
print(fs[0]() + " " + fs[1]() + " " + fs[2]() + "\n")   // expect: 3 3 3
