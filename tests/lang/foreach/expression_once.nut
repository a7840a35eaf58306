// The container is evaluated once.
local calls = 0
local make = function () { calls++; return [1, 2, 3] }
foreach (v in make()) {}
print(calls + "\n")          // expect: 1
