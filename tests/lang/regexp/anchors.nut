// ^ and $.
print((regexp("^b").search("abc") == null) + " " + regexp("c$").search("abc").begin + "\n")   // expect: true 2
