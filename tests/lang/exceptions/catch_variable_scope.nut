// The variable of catch is local to it.
local e = "mine"
try { throw "other" } catch (e) { }
print(e + "\n")              // expect: mine
