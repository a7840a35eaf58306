// A table that grows during foreach is rehashed under it; nothing breaks.
local t = { a = 1, b = 2 }
local n = 0
foreach (k, v in t) { if (n < 20) t["x" + n] <- n; n++ }
print(n + " " + t.len() + "\n")   // expect: 24 22
