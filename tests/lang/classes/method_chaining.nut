// Methods that return this can be chained.
class A { x = 0; function set(v) { x = v; return this } function add(v) { x += v; return this } }
print(A().set(5).add(2).x + "\n")   // expect: 7
