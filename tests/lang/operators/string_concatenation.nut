// + with a string on either side converts the other side.
print("a" + 1 + "\n")        // expect: a1
print(1 + "a" + "\n")        // expect: 1a
print("a" + 1.5 + "\n")      // expect: a1.5
print("a" + true + "\n")     // expect: atrue
print(1 + 2 + "a" + 1 + 2 + "\n")   // expect: 3a12
