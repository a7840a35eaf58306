// A dead generator has nothing to give.
function g() { yield 1 }
local it = g()
resume it
resume it
foreach (v in it) print(v)
print("done\n")              // expect: done
