// pcall does not catch.
local f = function () { throw "boom" }
try { f.pcall(this) } catch (e) { print("caught " + e + "\n") }   // expect: caught boom
