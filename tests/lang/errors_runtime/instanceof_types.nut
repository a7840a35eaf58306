// instanceof with something that is no class; the right side is named first.
local f = function (g) { try { g() } catch (e) { print(e + "\n") } }
f(@() {} instanceof {})      // expect: cannot apply instanceof between a table and a table
f(@() 1 instanceof "s")      // expect: cannot apply instanceof between a string and a integer
