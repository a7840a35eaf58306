// Numbers are stored with the low byte first.
local b = blob()
b.writen(0x01020304, 'i')
print(b[0] + " " + b[1] + " " + b[2] + " " + b[3] + "\n")   // expect: 4 3 2 1
