// A local cannot be deleted.
local x = 1
delete x;                    // expect compile error: cannot delete an (outer) local
