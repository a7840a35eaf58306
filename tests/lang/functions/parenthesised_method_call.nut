// (t.f)() calls without the object.
who <- "root"
local t = { who = "t", function f() { return this.who } }
print(t.f() + "\n")          // expect: t
print((t.f)() + "\n")        // expect: root
