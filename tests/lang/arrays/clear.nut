// clear empties.
local a = [1, 2]
a.clear()
print(a.len() + "\n")        // expect: 0
