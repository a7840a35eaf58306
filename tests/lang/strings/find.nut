// find gives an index or null.
local s = "hello hello"
print(s.find("lo") + " " + s.find("lo", 4) + " " + (s.find("xyz") == null) + "\n")   // expect: 3 9 true
