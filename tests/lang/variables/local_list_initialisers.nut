// Each initialiser sees the locals before it.
// differs: stock 3.0 reads y and z back wrong
local x = 6, y = x, z = y + 1
print(x + " " + y + " " + z + "\n")   // expect: 6 6 7
