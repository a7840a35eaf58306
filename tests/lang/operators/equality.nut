// Equality across types.
print((1 == 1.0) + "\n")     // expect: true
print((1 == true) + "\n")    // expect: false
print(("1" == 1) + "\n")     // expect: false
print((null == false) + "\n")   // expect: false
print(("a" == "a") + "\n")   // expect: true
print(([] == []) + "\n")     // expect: false
print((null != 0) + "\n")    // expect: true
