// Member names may be computed.
local name = "dyn"
class C { [name] = 5 }
print(C().dyn + "\n")        // expect: 5
