// How keys appear in the message.
local f = function (k) { try { local t = {}; t[k] } catch (e) { print(e + "\n") } }
f(5)                         // expect: the index '5' does not exist
f(1.5)                       // expect: the index '1.5' does not exist
f(true)                      // expect: the index 'bool' does not exist
f(null)                      // expect: the index 'null' does not exist
