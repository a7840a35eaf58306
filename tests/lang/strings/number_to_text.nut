// tostring of numbers and bools.
print((5).tostring() + (1.5).tostring() + (true).tostring() + "\n")   // expect: 51.5true
