// The same for a table with a delegate.
// differs: stock in does not ask _get
local t = {}.setdelegate({ function _get(k) { if (k == "yes") return null; throw null } })
print(("yes" in t) + " " + ("no" in t) + "\n")   // expect: true false
