// bindenv returns a new function.
n <- "root"
local f = function () { return n }
local env = { n = "bound" }
local b = f.bindenv(env)
print(f() + " " + b() + " " + (f == b) + "\n")   // expect: root bound false
