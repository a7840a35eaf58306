// <- does not extend an array.
local a = []
a[0] <- 1                    // expect error: indexing array with integer
