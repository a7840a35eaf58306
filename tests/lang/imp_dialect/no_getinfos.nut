// Functions have no getinfos.
// differs: stock has it
local f = function () {}
f.getinfos()                 // expect error: the index 'getinfos' does not exist
