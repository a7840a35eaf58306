// rawin looks at the table's own slots.
local t = { a = 1 }.setdelegate({ b = 2 })
print(t.rawin("a") + " " + t.rawin("b") + "\n")   // expect: true false
