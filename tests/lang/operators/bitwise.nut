// & | ^ ~ on integers.
print((12 & 10) + "\n")      // expect: 8
print((12 | 10) + "\n")      // expect: 14
print((12 ^ 10) + "\n")      // expect: 6
print(~5 + "\n")             // expect: -6
print((-1 & 0xFF) + "\n")    // expect: 255
