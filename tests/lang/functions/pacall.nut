// pacall is acall without the error callback.
local f = function (a) { return a * 2 }
print(f.pacall([this, 21]) + "\n")   // expect: 42
