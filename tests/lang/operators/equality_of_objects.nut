// Tables, arrays and functions are equal to themselves only.
local t = {}, a = [1], f = function () {}
print((t == t) + "\n")       // expect: true
print((a == clone a) + "\n") // expect: false
print((f == f) + "\n")       // expect: true
