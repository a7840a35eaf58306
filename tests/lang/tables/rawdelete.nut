// rawdelete gives the value, or null if there is none.
local t = { a = 1 }
print(t.rawdelete("a") + "\n")           // expect: 1
print((t.rawdelete("a") == null) + "\n") // expect: true
