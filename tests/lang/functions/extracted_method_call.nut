// A method taken out of its object is a plain function.
who <- "root"
local t = { who = "t", function f() { return who } }
local f = t.f
print(f() + "\n")            // expect: root
