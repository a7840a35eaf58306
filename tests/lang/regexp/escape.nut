// A backslash makes a special character ordinary.
print(regexp(@"\.").search("a.b").begin + " " + regexp(@"\(x\)").match("(x)") + "\n")   // expect: 1 true
