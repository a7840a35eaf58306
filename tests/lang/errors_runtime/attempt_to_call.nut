// Calling a value names its type.
local f = function (v) { try { v() } catch (e) { print(e + "\n") } }
f(null)                      // expect: attempt to call 'null'
f(5)                         // expect: attempt to call 'integer'
f("s")                       // expect: attempt to call 'string'
f({})                        // expect: attempt to call 'table'
f([])                        // expect: attempt to call 'array'
f(1.5)                       // expect: attempt to call 'float'
f(true)                      // expect: attempt to call 'bool'
