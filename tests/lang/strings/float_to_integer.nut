// tointeger truncates; out of range gives the smallest integer.
print((2.9).tointeger() + " " + (-2.9).tointeger() + " " + (1e10).tointeger() + "\n")   // expect: 2 -2 -2147483648
