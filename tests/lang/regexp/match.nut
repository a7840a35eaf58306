// match asks for the whole string.
local r = regexp("[a-z]+")
print(r.match("abc") + " " + r.match("abc1") + " " + r.match("") + "\n")   // expect: true false false
