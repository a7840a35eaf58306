// += uses _add.
class V { n = 1; function _add(o) { n += o; return this } }
local v = V()
v += 5
print(v.n + "\n")            // expect: 6
