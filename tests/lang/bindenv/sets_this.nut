// bindenv fixes this.
local f = function () { return n }
local env = { n = 5 }
local b = f.bindenv(env)
print(b() + "\n")            // expect: 5
local t = { n = 6, b = b }
print(t.b() + "\n")          // expect: 5
