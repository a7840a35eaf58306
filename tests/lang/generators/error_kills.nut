// An uncaught error leaves the generator dead.
function g() { yield 1; throw "boom" }
local it = g()
resume it
try { resume it } catch (e) { print(e + "\n") }   // expect: boom
print(it.getstatus() + "\n") // expect: dead
