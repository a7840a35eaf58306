// Byte swaps in place.
local b = blob()
b.writen(0x01020304, 'i')
b.swap4()
print(b[0] + "" + b[1] + b[2] + b[3] + "\n")   // expect: 1234
b.swap2()
print(b[0] + "" + b[1] + b[2] + b[3] + "\n")   // expect: 2143
