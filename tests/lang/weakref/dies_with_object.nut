// When the last reference goes the weakref gives null.
local t = {}
local w = t.weakref()
t = null
print((w.ref() == null) + "\n")   // expect: true
