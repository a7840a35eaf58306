// _delslot of an instance.
class C { last = null; function _delslot(k) { last = k; return "deleted" } }
local c = C()
delete c.some
print(c.last + "\n")         // expect: some
