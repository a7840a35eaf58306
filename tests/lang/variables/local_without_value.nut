// A local without a value is null.
local x
print((x == null) + "\n")    // expect: true
