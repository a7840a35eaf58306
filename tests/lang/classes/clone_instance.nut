// clone copies the member values.
class C { n = 1; list = null; constructor() { list = [1] } }
local a = C()
local b = clone a
b.n = 2
b.list.push(2)
print(a.n + " " + a.list.len() + "\n")   // expect: 1 2
