// <=> of a string and its beginning gives 1 and -1 as well.
// differs: stock gives the difference of two characters when one of them is empty
print(("abc" <=> "") + "\n")      // expect: 1
print(("" <=> "abc") + "\n")      // expect: -1
print(("abc" <=> "ab") + "\n")    // expect: 1
