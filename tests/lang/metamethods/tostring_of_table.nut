// Tables get it from their delegate.
local t = { n = 4 }.setdelegate({ function _tostring() { return "table " + n } })
print(t + "\n")              // expect: table 4
