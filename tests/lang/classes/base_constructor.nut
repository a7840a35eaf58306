// A derived constructor calls the base one itself.
class A { x = 0; constructor(x) { this.x = x } }
class B extends A { y = 0; constructor(x, y) { base.constructor(x); this.y = y } }
local b = B(3, 4)
print(b.x + b.y + "\n")      // expect: 7
