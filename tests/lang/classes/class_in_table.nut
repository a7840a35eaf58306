// class t.C {} puts the class into a slot.
t <- {}
class t.C { v = 5 }
print(t.C().v + "\n")        // expect: 5
