// Nor can null.
local n = null
foreach (v in n) {}          // expect error: cannot iterate null
