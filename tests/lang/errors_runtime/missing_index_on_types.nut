// A missing slot is reported alike on every type.
local f = function (o) { try { o.nope } catch (e) { print(e + "\n") } }
f(5)                         // expect: the index 'nope' does not exist
f(1.5)                       // expect: the index 'nope' does not exist
f("s")                       // expect: the index 'nope' does not exist
f([])                        // expect: the index 'nope' does not exist
f({})                        // expect: the index 'nope' does not exist
f(null)                      // expect: the index 'nope' does not exist
f(print)                     // expect: the index 'nope' does not exist
f(true)                      // expect: the index 'nope' does not exist
