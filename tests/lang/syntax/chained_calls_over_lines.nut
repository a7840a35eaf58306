// A line may start with a point.
local t = { function a() { return this }, n = 4 }
local v = t
    .a()
    .n
print(v + "\n")              // expect: 4
