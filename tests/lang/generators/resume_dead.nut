// A finished generator cannot be resumed.
function g() { yield 1 }
local it = g()
resume it
resume it
resume it                    // expect error: resuming dead generator
