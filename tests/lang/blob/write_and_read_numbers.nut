// writen and readn with every format.
local b = blob()
b.writen(-2, 'c')
b.writen(254, 'b')
b.writen(-300, 's')
b.writen(65000, 'w')
b.writen(-70000, 'i')
b.writen(1.5, 'f')
b.writen(2.25, 'd')
print(b.len() + "\n")        // expect: 22
b.seek(0)
print(b.readn('c') + " " + b.readn('b') + " " + b.readn('s') + " " + b.readn('w') + " " + b.readn('i') + " " + b.readn('f') + " " + b.readn('d') + "\n")   // expect: -2 254 -300 65000 -70000 1.5 2.25
