// The line is that of the failing operation, not of the statement's end.
// differs line: stock reports the line of the statement
local t = { a = 1 }
local sum = t.a +
    t.missing +              // expect error: the index 'missing' does not exist
    t.a
