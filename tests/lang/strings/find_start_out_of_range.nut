// A start outside finds nothing.
print(("abc".find("a", 10) == null) + "\n")   // expect: true
