// A class is one as well.
class C { static s = 4 }
print((function () { return s }).bindenv(C)() + "\n")   // expect: 4
