// | between alternatives.
local r = regexp("cat|dog")
print(r.match("dog") + " " + r.match("cat") + " " + r.match("cow") + "\n")   // expect: true true false
