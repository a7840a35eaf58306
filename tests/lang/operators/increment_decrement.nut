// Prefix gives the new value, postfix the old one.
local i = 5
print(i++ + "\n")            // expect: 5
print(i + "\n")              // expect: 6
print(++i + "\n")            // expect: 7
print(i-- + "\n")            // expect: 7
print(--i + "\n")            // expect: 5
