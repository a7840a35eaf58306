// Strings are equal by content.
local a = "ab", b = "a" + "b"
print((a == b) + "\n")       // expect: true
