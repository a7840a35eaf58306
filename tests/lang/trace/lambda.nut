// A lambda as well.
local f = @(x) x.missing     // expect error: the index 'missing' does not exist
f({})
// expect trace: unknown 2
// expect trace: main 3
