// in asks _get; a throw of null there means no.
// differs: stock in does not ask _get
class C { function _get(k) { if (k == "yes") return 1; throw null } }
local c = C()
print(("yes" in c) + " " + ("no" in c) + "\n")   // expect: true false
