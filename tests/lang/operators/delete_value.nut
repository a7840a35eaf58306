// delete removes a slot and gives its value.
local t = { a = 1, b = 2 }
print(delete t.a + "\n")     // expect: 1
print(("a" in t) + "\n")     // expect: false
print(delete t["b"] + "\n")  // expect: 2
print(t.len() + "\n")        // expect: 0
