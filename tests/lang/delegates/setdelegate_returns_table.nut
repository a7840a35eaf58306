// setdelegate returns the table.
local t = {}
print((t.setdelegate({}) == t) + "\n")   // expect: true
