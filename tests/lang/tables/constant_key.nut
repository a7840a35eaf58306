// A constant in brackets is a key.
const KEY = 5
local t = { [KEY] = "v" }
print(t[5] + "\n")           // expect: v
