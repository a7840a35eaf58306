// Anything else is refused.
local f = function () {}
f.bindenv(5)                 // expect error: parameter 1 has an invalid type 'integer' ; expected: 'table|class|instance'
