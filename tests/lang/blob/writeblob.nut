// writeblob copies all bytes and moves on.
local a = blob(2)
a[0] = 1
a[1] = 2
local b = blob()
b.writeblob(a)
b.writeblob(a)
print(b.len() + " " + b[2] + b[3] + " " + b.tell() + "\n")   // expect: 4 12 4
