// A generator shares captured variables.
local n = 1
local g = function () { while (true) yield n }
local it = g()
print(resume it + " ")
n = 5
print(resume it + "\n")      // expect: 1 5
