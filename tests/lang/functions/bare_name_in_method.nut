// A bare name in a method is looked up in this, then in the root table.
n <- "global"
m <- "root"
local t = { n = "slot", function f() { return n + " " + m } }
print(t.f() + "\n")          // expect: slot root
