// slice with negative numbers counts from the end.
local s = "hello"
print(s.slice(1, 3) + " " + s.slice(2) + " " + s.slice(-3) + " " + s.slice(0, -1) + " [" + s.slice(5) + "]\n")   // expect: el llo llo hell []
