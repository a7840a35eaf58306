// < binds tighter than ==.
print((1 < 2 == true) + "\n")           // expect: true
print((false == 1 < 2) + "\n")          // expect: false
