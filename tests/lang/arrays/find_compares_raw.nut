// find compares like ==: 1.0 finds 1, tables by identity.
local t = {}
local a = [1, t]
print(a.find(1.0) + " " + a.find(t) + " " + (a.find({}) == null) + "\n")   // expect: 0 1 true
