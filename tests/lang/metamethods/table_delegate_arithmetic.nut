// Tables do arithmetic through their delegate.
local meta = { function _add(o) { return n + o.n } }
local a = { n = 1 }.setdelegate(meta), b = { n = 2 }.setdelegate(meta)
print((a + b) + "\n")        // expect: 3
