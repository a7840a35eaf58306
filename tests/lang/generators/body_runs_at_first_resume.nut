// Calling the function runs nothing.
function g() { print("started\n"); yield 1 }
local it = g()
print("made\n")              // expect: made
resume it                    // expect: started
