// Keywords cannot follow a point.
local t = {}
t.class <- 1                 // expect compile error: expected 'IDENTIFIER'
