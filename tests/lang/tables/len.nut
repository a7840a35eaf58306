// len counts the slots.
local t = { a = 1, b = 2 }
print(t.len() + "\n")        // expect: 2
t.c <- 3
delete t.a
print(t.len() + "\n")        // expect: 2
