// From 32 characters on the hash skips characters.
local t = {}
for (local i = 0; i < 6; i++) t["a_key_of_more_than_thirty_two_characters_" + i] <- i
foreach (k, v in t) print(v + " ")
print("\n")                  // expect: 2 1 0 5 4 3 
