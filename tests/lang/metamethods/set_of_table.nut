// A delegate's _set may create the slot with rawset, or throw.
local t = {}.setdelegate({ function _set(k, v) { if (k == "bad") throw "refused " + k; this.rawset(k, v) } })
t.x = 5
print(t.x + "\n")            // expect: 5
try { t.bad = 1 } catch (e) { print(e + "\n") }   // expect: refused bad
