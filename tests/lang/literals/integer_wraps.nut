// A literal that needs more than 32 bits wraps silently.
print(3000000000 + "\n")     // expect: -1294967296
print(4294967296 + "\n")     // expect: 0
print(2147483648 + "\n")     // expect: -2147483648
print(4294967070 + "\n")     // expect: -226
