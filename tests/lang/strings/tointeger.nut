// Decimal digits at the start.
print("42".tointeger() + " " + "-7".tointeger() + " " + " 12".tointeger() + "\n")   // expect: 42 -7 12
