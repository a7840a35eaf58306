// Hexadecimal literals; eight digits set the sign bit.
print(0x10 + "\n")           // expect: 16
print(0xFF + "\n")           // expect: 255
print(0xdeadbeef + "\n")     // expect: -559038737
print(0xFFFFFFFF + "\n")     // expect: -1
