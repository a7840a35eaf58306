// <- makes a slot; = needs one that exists.
local t = {}
t.a <- 1
t["b"] <- 2
t.a = 3
print(t.a + t.b + "\n")      // expect: 5
t.c = 1                      // expect error: the index 'c' does not exist
