// Floats, with the same rule.
print("1.5".tofloat() + " " + "-2e3".tofloat() + " " + "3abc".tofloat() + " " + typeof "4".tofloat() + "\n")   // expect: 1.5 -2000 3 float
