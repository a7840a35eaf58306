// setattributes replaces them and returns the old value.
class C { </ a = 1 /> x = 5 }
local old = C.setattributes("x", { a = 2 })
print(old.a + " " + C.getattributes("x").a + "\n")   // expect: 1 2
