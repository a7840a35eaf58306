// A cycle is not freed by counting; collectgarbage frees it.
local a = {}
a.me <- a
local w = a.weakref()
a = null
print((w.ref() != null) + "\n")      // expect: true
print((collectgarbage() > 0) + "\n") // expect: true
print((w.ref() == null) + "\n")      // expect: true
