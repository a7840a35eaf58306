// * before +, + before <<, << before <.
print(2 + 3 * 4 + "\n")      // expect: 14
print((1 + 1 << 2) + "\n")   // expect: 8
print((1 << 2 < 5) + "\n")   // expect: true
print((10 - 4 - 3) + "\n")   // expect: 3
print((-2 * 3) + "\n")       // expect: -6
