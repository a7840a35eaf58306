// constructor is a name inside classes.
class C { n = 0; constructor(n) { this.n = n } }
print(C(4).n + "\n")         // expect: 4
