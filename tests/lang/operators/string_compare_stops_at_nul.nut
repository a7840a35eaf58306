// Ordering stops at the first NUL, equality does not.
print(("a\0b" <=> "a\0c") + "\n")   // expect: 0
print(("a\0b" == "a\0c") + "\n")    // expect: false
print(("a\0b" < "a\0c") + "\n")     // expect: false
