// swap2 gives 0 to 65535.
// differs: stock leaves the upper bits
print(swap2(0x1234) + " " + swap2(0x00FF) + " " + swap2(0x12345678) + "\n")   // expect: 13330 65280 30806
