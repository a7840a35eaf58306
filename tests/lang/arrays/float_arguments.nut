// Indexes and sizes may be floats; they are truncated.
local a = array(2.7, 0)
a.insert(0.9, 5)
print(a.len() + " " + a[0] + "\n")   // expect: 3 5
