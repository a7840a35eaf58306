// Deleting while iterating: a table that is still three quarters full after the deletion doubles, which moves the rest.
local t = { a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8 }
foreach (k, v in t) { print(k + " "); if (v % 2) delete t[k] }
print("\n")                  // expect: a c b e d g f 
print(t.len() + "\n")        // expect: 4
