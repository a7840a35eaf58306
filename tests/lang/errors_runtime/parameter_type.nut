// A native that gets a value of the wrong type.
local f = function (g) { try { g() } catch (e) { print(e + "\n") } }
f(@() [1].sort(5))           // expect: parameter 1 has an invalid type 'integer' ; expected: 'function|function'
f(@() [1].map(5))            // expect: parameter 1 has an invalid type 'integer' ; expected: 'function|function'
f(@() {}.setdelegate(5))     // expect: parameter 1 has an invalid type 'integer' ; expected: 'null|table'
f(@() "abc".find(5))         // expect: parameter 1 has an invalid type 'integer' ; expected: 'string'
f(@() [].extend({}))         // expect: parameter 1 has an invalid type 'table' ; expected: 'array'
