// A float is equal in order to one with the same bits, NaN included.
local inf = 1e30 * 1e30, nan = inf - inf
print((nan > nan) + " ")     // expect: false true false true 0
print((nan >= nan) + " ")
print((nan < nan) + " ")
print((nan <= nan) + " ")
print(nan <=> nan)
