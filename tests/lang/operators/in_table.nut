// in asks for a key, null values included.
local t = { a = 1, b = null }
print(("a" in t) + "\n")     // expect: true
print(("b" in t) + "\n")     // expect: true
print(("c" in t) + "\n")     // expect: false
