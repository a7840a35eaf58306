// A negative value, too.
local b = blob(1)
b[0] = -1
print(b[0] + "\n")           // expect: 255
