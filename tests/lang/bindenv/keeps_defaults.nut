// Default parameters are kept.
local b = (function (a, c = 5) { return a + c }).bindenv({})
print(b(1) + "\n")           // expect: 6
