// A generator keeps the this of its call.
local t = { n = 4, function g() { yield n; yield n + 1 } }
local it = t.g()
print(resume it + resume it + "\n")   // expect: 9
