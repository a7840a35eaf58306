// getdelegate gives it back; null without one.
local d = {}
local t = {}.setdelegate(d)
print((t.getdelegate() == d) + " " + (d.getdelegate() == null) + "\n")   // expect: true true
