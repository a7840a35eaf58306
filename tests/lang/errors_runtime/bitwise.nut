// Bitwise operators name both types.
local f = function (g) { try { g() } catch (e) { print(e + "\n") } }
f(@() 1 & 1.5)               // expect: bitwise op between 'integer' and 'float'
f(@() "a" | 1)               // expect: bitwise op between 'string' and 'integer'
f(@() null << 1)             // expect: bitwise op between 'null' and 'integer'
