// readstring gives a string, at most what is left.
// differs: stock has no readstring
local b = blob()
b.writestring("hello")
b.seek(1)
print(b.readstring(3) + "\n")   // expect: ell
print(b.readstring(10) + "\n")  // expect: o
