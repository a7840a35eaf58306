// The true line is reported although the statement ends with the line.
local t = {}
local a = 1
t.x = 1                      // expect error: the index 'x' does not exist
local b = 2
