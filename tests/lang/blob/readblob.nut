// readblob gives at most what is left.
local b = blob(5)
b[3] = 7
b.seek(2)
local r = b.readblob(10)
print(r.len() + " " + r[1] + " " + typeof r + "\n")   // expect: 3 7 blob
