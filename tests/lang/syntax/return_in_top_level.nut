// return ends the program.
print("before\n")            // expect: before
return 5
print("after\n")
