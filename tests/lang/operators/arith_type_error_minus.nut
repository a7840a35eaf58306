// Each operator is named in its message.
local n = null
5 - n                        // expect error: arith op - on between 'integer' and 'null'
