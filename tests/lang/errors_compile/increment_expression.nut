// ++ needs a variable.
local f = @() 1
f()++;                       // expect compile error: can't '++' or '--' an expression
