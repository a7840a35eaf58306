// find compares mixed numbers the same way.
print([0, 16777216.0].find(16777217) + "\n")   // expect: 1
