// Assigning null keeps the slot.
local t = { a = 1 }
t.a = null
print(t.len() + " " + ("a" in t) + "\n")   // expect: 1 true
