// Writing outside throws.
local a = [1]
a[3] = 1                     // expect error: the index '3' does not exist
