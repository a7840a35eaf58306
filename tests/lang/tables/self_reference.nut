// A table may hold itself.
local t = {}
t.me <- t
print((t.me.me == t) + "\n") // expect: true
