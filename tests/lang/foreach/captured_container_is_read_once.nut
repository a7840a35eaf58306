// A captured variable, a slot or a call is read once.
local a = [1, 2, 3]
local f = function () { foreach (v in a) { print(v + " "); a = [9, 8, 7, 6] } }
f()
print("\n")                  // expect: 1 2 3 
local t = { a = [1, 2] }
foreach (v in t.a) { print(v + " "); t.a = [7, 8, 9] }
print("\n")                  // expect: 1 2 
