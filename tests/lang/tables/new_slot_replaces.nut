// <- on an existing key replaces.
local t = { a = 1 }
t.a <- 2
print(t.a + " " + t.len() + "\n")    // expect: 2 1
