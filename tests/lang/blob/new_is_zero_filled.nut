// blob(n) holds n zero bytes; blob() is empty.
local b = blob(3)
print(b.len() + " " + b[0] + b[1] + b[2] + " " + blob().len() + "\n")   // expect: 3 000 0
