// An empty array has no context.
local f = function () { return 1 }
f.acall([])                  // expect error: wrong number of parameters
