// Writing inside replaces.
local b = blob(4)
b.seek(1)
b.writen(255, 'b')
print(b.len() + " " + b[0] + " " + b[1] + " " + b[2] + "\n")   // expect: 4 0 255 0
