// rawset makes the slot and returns null.
local t = {}
print((t.rawset("a", 1) == null) + "\n")   // expect: true
print(t.a + "\n")            // expect: 1
