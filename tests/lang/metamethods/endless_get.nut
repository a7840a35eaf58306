// A _get that asks itself ends with an error.
local t = {}.setdelegate({ function _get(k) { return this[k] } })
try { t.x } catch (e) { print(e + "\n") }   // expect: Native stack overflow
