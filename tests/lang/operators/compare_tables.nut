// Tables without _cmp are ordered by identity, so a table is not less than itself.
local t = {}
print((t < t) + "\n")        // expect: false
print((t <=> t) + "\n")      // expect: 0
