// The right side is not evaluated when the left one decides.
function hit(v) { print("hit\n"); return v }
local a = false && hit(true)
local b = true || hit(true)
local c = true && hit(true)  // expect: hit
print(a + " " + b + " " + c + "\n")   // expect: false true true
