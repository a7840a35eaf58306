// Arithmetic on unsuitable types names both.
local t = {}
t + 1                        // expect error: arith op + on between 'table' and 'integer'
