// The bound copy shares the captured variables.
local n = 0
local f = function () { return ++n }
local b = f.bindenv({})
f()
b()
print(n + "\n")              // expect: 2
