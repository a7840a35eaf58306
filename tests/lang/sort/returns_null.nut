// sort works in place and returns null.
print(([2, 1].sort() == null) + "\n")   // expect: true
