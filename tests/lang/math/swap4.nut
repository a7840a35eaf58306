// swap4 reverses the four bytes.
print(swap4(0x01020304) + " " + swap4(1) + "\n")   // expect: 67305985 16777216
