// In @"..." nothing is an escape and two quotes are one.
print(@"a\n" + "\n")         // expect: a\n
print(@"say ""hi""" + "\n")  // expect: say "hi"
print(@"" + "|\n")           // expect: |
