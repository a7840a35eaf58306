// A function sees only locals declared before it.
local f = function () { return later }
local later = 1
f()                          // expect error @2: the index 'later' does not exist
