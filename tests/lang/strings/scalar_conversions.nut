// Conversions between the scalar types.
print((3).tofloat() + " " + typeof (3).tofloat() + "\n")        // expect: 3 float
print((true).tointeger() + " " + (false).tointeger() + "\n")    // expect: 1 0
print((true).tofloat() + "\n")                                  // expect: 1
