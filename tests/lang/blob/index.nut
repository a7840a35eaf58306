// Bytes are 0 to 255; a value is cut to its low byte.
local b = blob(3)
b[0] = 255
b[1] = 300
b[2] = 65.9
print(b[0] + " " + b[1] + " " + b[2] + "\n")   // expect: 255 44 65
