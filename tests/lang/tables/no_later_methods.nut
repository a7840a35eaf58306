// Methods of later versions do not exist.
local t = {}
t.filter(@(k, v) true)       // expect error: the index 'filter' does not exist
