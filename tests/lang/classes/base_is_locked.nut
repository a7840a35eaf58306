// An instance of a derived class locks its base classes too.
class A {}
class B extends A {}
B()
A.x <- 1                     // expect error: trying to modify a class that has already been instantiated
