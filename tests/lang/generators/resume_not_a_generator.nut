// Only generators can be resumed.
local n = 5
resume n                     // expect error: trying to resume a 'integer',only genenerator can be resumed
