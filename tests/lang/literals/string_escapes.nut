// The one-letter escapes and their byte values.
foreach (c in ["\t", "\a", "\b", "\n", "\r", "\v", "\f", "\0", "\\", "\"", "\'"]) print(c[0] + " ")
print("\n")                  // expect: 9 7 8 10 13 11 12 0 92 34 39 
