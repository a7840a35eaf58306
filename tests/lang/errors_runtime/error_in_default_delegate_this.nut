// A method called with a context of another type.
local len = [].len
len.call({ a = 1 })          // expect error: parameter 0 has an invalid type 'table' ; expected: 'array'
