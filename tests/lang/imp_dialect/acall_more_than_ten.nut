// More than ten is an error.
// differs: stock has no limit
local f = function (...) { return vargv.len() }
local done = false
try { f.acall([this, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); done = true } catch (e) {}
print(done + "\n")           // expect: false
