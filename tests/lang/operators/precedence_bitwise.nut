// & binds tighter than ^, ^ tighter than |; == binds tighter than &.
print((1 | 2 ^ 2 & 3) + "\n")   // expect: 1
print((6 & 3 | 8) + "\n")    // expect: 10
5 & 3 == 3                   // expect error: bitwise op between 'integer' and 'bool'
