// A %s argument ends at NUL.
print(format("[%s]", "ab\0cd") + "\n")   // expect: [ab]
