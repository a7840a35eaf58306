// Assigning a parameter does not touch the caller's variable; changing an object does.
function f(n, a) { n = 9; a.push(9) }
local n = 1, a = []
f(n, a)
print(n + " " + a.len() + "\n")   // expect: 1 1
