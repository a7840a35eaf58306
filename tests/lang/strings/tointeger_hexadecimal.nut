// 0x is understood.
// differs: stock has no hexadecimal
print("0xFF".tointeger() + "\n")   // expect: 255
