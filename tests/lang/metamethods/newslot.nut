// _newslot of an instance and of a delegated table.
class C { last = null; function _newslot(k, v) { last = k + "<-" + v } }
local c = C()
c.z <- 5
print(c.last + "\n")         // expect: z<-5
local t = {}.setdelegate({ function _newslot(k, v) { this.rawset(k, v + 1) } })
t.a <- 1
print(t.a + "\n")            // expect: 2
