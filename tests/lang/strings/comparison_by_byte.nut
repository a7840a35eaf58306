// Upper case before lower case; the shorter first.
print(("A" < "a") + " " + ("ab" < "b") + " " + ("" < "a") + "\n")   // expect: true true true
