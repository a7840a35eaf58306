// A closure may assign the captured variable.
local n = 0
local add = function (x) { n += x }
add(3)
add(4)
print(n + "\n")              // expect: 7
