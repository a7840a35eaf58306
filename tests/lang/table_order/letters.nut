// Nine one-letter keys, in the order agents show.
local t = { a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9 }
foreach (k, v in t) print(k + " ")
print("\n")                  // expect: a c b e d g f i h 
