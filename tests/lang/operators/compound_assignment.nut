// += -= *= /= %=
local x = 10
x += 5
print(x + "\n")              // expect: 15
x -= 3
print(x + "\n")              // expect: 12
x *= 2
print(x + "\n")              // expect: 24
x /= 5
print(x + "\n")              // expect: 4
x %= 3
print(x + "\n")              // expect: 1
