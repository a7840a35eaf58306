// The operator and both types.
local f = function (g) { try { g() } catch (e) { print(e + "\n") } }
f(@() null + 1)              // expect: arith op + on between 'null' and 'integer'
f(@() [] - 1)                // expect: arith op - on between 'array' and 'integer'
f(@() {} * 2)                // expect: arith op * on between 'table' and 'integer'
f(@() true / 2)              // expect: arith op / on between 'bool' and 'integer'
f(@() "a" - 1)               // expect: arith op - on between 'string' and 'integer'
