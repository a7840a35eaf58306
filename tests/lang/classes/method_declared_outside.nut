// function C::m() adds a method.
class C { n = 2 }
function C::twice() { return n * 2 }
print(C().twice() + "\n")    // expect: 4
