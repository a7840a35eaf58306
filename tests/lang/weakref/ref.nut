// A weakref gives its object.
local t = { n = 1 }
local w = t.weakref()
print(typeof w.ref() + " " + w.ref().n + "\n")   // expect: table 1
