// Bytes above 127 pass through strings unchanged.
print("gr\xc3\xbc\xc3\x9f".len() + "\n")   // expect: 6
print("grüß".len() + "\n")                 // expect: 6
