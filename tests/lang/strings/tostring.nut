// tostring of a string is itself.
print("x".tostring() + "\n") // expect: x
