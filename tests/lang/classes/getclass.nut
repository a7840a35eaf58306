// getclass gives the class of an instance.
class C {}
print((C().getclass() == C) + "\n")   // expect: true
