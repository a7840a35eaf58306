// typeof of a weakref in a local.
local t = {}
local w = t.weakref()
print(typeof w + "\n")       // expect: weakref
