// A plain local is read when the operator runs, in compound assignments and calls too.
local a = [1, 2, 3, 4], i = 0
a[i] += (i = 1)
print(a[0] + " " + a[1] + "\n")                       // expect: 1 3
local t = { x = 1, y = 5 }, k = "x"
t[k] += (k = "y", 1)
print(t.x + " " + t.y + "\n")                         // expect: 1 6
local u = { x = 1 }, v = u
u.x += (u = { x = 50 }, 1)
print(v.x + " " + u.x + "\n")                         // expect: 1 51
local f = @(x) x + 1
print(f((f = @(x) 100, 5)) + "\n")                    // expect: 100
