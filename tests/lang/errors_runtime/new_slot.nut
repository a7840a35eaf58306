// <- on something without slots.
local f = function (o) { try { o.x <- 1 } catch (e) { print(e + "\n") } }
f(5)                         // expect: indexing integer with string
f(null)                      // expect: indexing null with string
f([])                        // expect: indexing array with string
f("s")                       // expect: indexing string with string
