// A bound function ignores the context given to call.
local env = { n = 5 }
local b = (function () { return n }).bindenv(env)
print(b.call({ n = 9 }) + "\n")   // expect: 5
