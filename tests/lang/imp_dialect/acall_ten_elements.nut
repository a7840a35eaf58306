// acall takes an array of at most ten elements.
local f = function (...) { return vargv.len() }
print(f.acall([this, 1, 2, 3, 4, 5, 6, 7, 8, 9]) + "\n")   // expect: 9
