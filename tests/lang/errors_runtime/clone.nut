// Things that cannot be cloned.
local f = function (o) { try { clone o } catch (e) { print(e + "\n") } }
f(5)                         // expect: cloning a integer
f("s")                       // expect: cloning a string
f(null)                      // expect: cloning a null
f(print)                     // expect: cloning a function
