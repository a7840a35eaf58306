// A prefix of digits is enough.
print("2timesfour".tointeger() + "\n")   // expect: 2
