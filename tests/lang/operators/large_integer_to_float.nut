// An integer next to a float loses what a single cannot hold.
print(16777217 + 0.0 + "\n")       // expect: 1.67772e+07
print((16777217 + 0.0).tointeger() + "\n")   // expect: 16777216
print((2147483647 + 0.0).tointeger() + "\n") // expect: -2147483648
