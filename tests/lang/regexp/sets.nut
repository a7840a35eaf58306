// Sets and negated sets.
print(regexp("[^a-c]+").search("abcxyz").begin + " " + regexp("[-a]+").match("a-a") + "\n")   // expect: 3 true
