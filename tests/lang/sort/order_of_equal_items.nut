// Equal items come in the order the heap sort leaves them.
local a = []
for (local i = 0; i < 12; i++) a.push({ key = i % 3, id = i })
a.sort(@(x, y) x.key <=> y.key)
foreach (v in a) print(v.key + "." + v.id + " ")
print("\n")                  // expect: 0.0 0.6 0.9 0.3 1.4 1.1 1.10 1.7 2.8 2.11 2.5 2.2 
