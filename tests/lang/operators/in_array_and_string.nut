// in on an array or string asks for an index.
local a = ["x", "y"]
print((1 in a) + "\n")       // expect: true
print((2 in a) + "\n")       // expect: false
print((-1 in a) + "\n")      // expect: false
print(("x" in a) + "\n")     // expect: false
print((0 in "s") + "\n")     // expect: true
