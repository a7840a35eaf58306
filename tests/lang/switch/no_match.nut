// Without a match and default nothing runs.
switch (5) { case 1: print("one\n") }
print("after\n")                                 // expect: after
