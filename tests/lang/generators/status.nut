// getstatus before, between and after.
function g() { yield 1 }
local it = g()
print(it.getstatus() + "\n") // expect: suspended
resume it
print(it.getstatus() + "\n") // expect: suspended
resume it
print(it.getstatus() + "\n") // expect: dead
