// setdelegate(null) removes it.
local t = {}.setdelegate({ x = 1 })
t.setdelegate(null)
print(("x" in t) + "\n")     // expect: false
t.x                          // expect error: the index 'x' does not exist
