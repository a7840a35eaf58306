// The text of null carries no 0x.
print(null + "\n")           // expect: (null : (nil))
