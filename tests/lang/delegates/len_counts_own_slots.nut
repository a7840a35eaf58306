// len and foreach see own slots only.
local t = { a = 1 }.setdelegate({ b = 2, c = 3 })
print(t.len() + "\n")        // expect: 1
foreach (k, v in t) print(k + "\n")   // expect: a
