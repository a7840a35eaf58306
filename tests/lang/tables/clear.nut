// clear removes everything.
local t = { a = 1, b = 2 }
t.clear()
print(t.len() + "\n")        // expect: 0
