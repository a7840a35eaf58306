// A constructor checks the count.
class P { constructor(a) {} }
P()                          // expect error: wrong number of parameters
