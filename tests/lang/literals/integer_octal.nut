// A leading zero makes a literal octal.
print(010 + "\n")            // expect: 8
print(0777 + "\n")           // expect: 511
print(-010 + "\n")           // expect: -8
