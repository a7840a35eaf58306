// A native that gets too few or too many.
local f = function (g) { try { g() } catch (e) { print(e + "\n") } }
f(@() [].push())             // expect: wrong number of parameters
f(@() [].push(1, 2))         // expect: wrong number of parameters
f(@() "abc".len(1))          // expect: wrong number of parameters
local t = {}
f(@() t.rawget())            // expect: wrong number of parameters
