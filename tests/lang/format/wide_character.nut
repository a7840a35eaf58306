// Width counts for %c, too.
print(format("[%3c]", 65) + "\n")   // expect: [  A]
