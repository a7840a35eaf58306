// delete needs a slot.
local f = @() 1
delete f();                  // expect compile error: can't delete an expression
