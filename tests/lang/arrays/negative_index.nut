// Negative indexes do not count from the end.
local a = [1]
a[-1]                        // expect error: the index '-1' does not exist
