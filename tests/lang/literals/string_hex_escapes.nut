// \x takes up to four hexadecimal digits; the value is cut to a byte.
print("\x41\x42" + "\n")     // expect: AB
print("\x4a".len() + "\n")   // expect: 1
print("\x141" + "\n")        // expect: A
print("\x0141" + "\n")       // expect: A
print("\x01415" + "\n")      // expect: A5
print("\x41g" + "\n")        // expect: Ag
