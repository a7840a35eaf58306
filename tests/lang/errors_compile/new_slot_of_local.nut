// <- cannot make a local.
local x = 1
x <- 2;                      // expect compile error: can't 'create' a local slot
