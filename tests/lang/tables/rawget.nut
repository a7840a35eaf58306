// rawget ignores delegates.
local t = { a = 1 }.setdelegate({ b = 2 })
print(t.rawget("a") + "\n")  // expect: 1
t.rawget("b")                // expect error: the index doesn't exist
