// Without a constructor of its own a class uses the inherited one.
class A { x = 0; constructor(x) { this.x = x } }
class B extends A {}
print(B(8).x + "\n")         // expect: 8
