// foreach sees items appended while it runs.
local a = [1, 2]
local n = 0
foreach (v in a) { n++; if (n < 4) a.push(v) }
print(n + "\n")              // expect: 5
