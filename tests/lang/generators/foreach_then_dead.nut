// After foreach has run it out a generator is dead.
function g() { yield 1 }
local it = g()
foreach (v in it) print(v + " ")
print(it.getstatus() + "\n") // expect: 1 dead
