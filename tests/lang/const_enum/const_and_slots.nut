// Slots of the same name are unaffected.
const NAME = 1
local t = { NAME = 2 }
print(NAME + " " + t.NAME + "\n")   // expect: 1 2
