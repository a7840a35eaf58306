// The weakref of an integer is the integer.
print((5).weakref() + "\n")  // expect: 5
print(typeof (true).weakref() + "\n")   // expect: bool
