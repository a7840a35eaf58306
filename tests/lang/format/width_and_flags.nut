// Width, zero fill, left alignment, sign, blank and alternate form.
print(format("[%5d][%-5d][%05d][%+d][% d][%#x]", 42, 42, 42, 42, 42, 42) + "\n")   // expect: [   42][42   ][00042][+42][ 42][0x2a]
print(format("[%8.3f][%-8.2f|]", 3.14159, 2.5) + "\n")   // expect: [   3.142][2.50    |]
