// %d %i %u %x %X %o %c.
print(format("%d %i %u", 5, -5, 7) + "\n")         // expect: 5 -5 7
print(format("%x %X %o", 255, 255, 8) + "\n")      // expect: ff FF 10
print(format("%c%c", 65, 'b') + "\n")              // expect: Ab
