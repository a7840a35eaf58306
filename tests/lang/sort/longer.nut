// Thirty pseudo-random items.
local a = []
local x = 7
for (local i = 0; i < 30; i++) { x = (x * 37 + 11) % 101; a.push(x) }
a.sort()
foreach (v in a) print(v + " ")
print("\n")                  // expect: 0 2 2 7 9 11 13 14 19 24 25 25 26 27 27 35 41 45 55 56 60 63 64 68 68 85 85 88 91 94 
