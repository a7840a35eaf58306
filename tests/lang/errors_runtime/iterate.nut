// Things that cannot be iterated.
local f = function (o) { try { foreach (v in o) {} } catch (e) { print(e + "\n") } }
f(5)                         // expect: cannot iterate integer
f(null)                      // expect: cannot iterate null
f(true)                      // expect: cannot iterate bool
f(@() 1)                     // expect: cannot iterate function
