// Reading an undefined global throws.
print("before\n")            // expect: before
print(nope)                  // expect error: the index 'nope' does not exist
