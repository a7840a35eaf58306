// A derived class starts as a copy of its base.
class A { a = 1; b = 2; function m() {} }
class B extends A { c = 3; function n() {} }
foreach (k, v in B) print(k + " ")
print("\n")                  // expect: a c b m n 
