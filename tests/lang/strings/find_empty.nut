// The empty string is found at the start.
print("abc".find("") + "\n") // expect: 0
