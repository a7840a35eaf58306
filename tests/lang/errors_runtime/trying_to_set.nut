// Assignment to a slot of something without slots.
local f = function (o) { try { o.x = 1 } catch (e) { print(e + "\n") } }
f(5)                         // expect: trying to set 'integer'
f(null)                      // expect: trying to set 'null'
f("s")                       // expect: trying to set 'string'
f(print)                     // expect: trying to set 'function'
f([])                        // expect: indexing array with string
f({})                        // expect: the index 'x' does not exist
