// A class statement replaces an earlier class of the name.
class A { x = 1 }
class A { x = 2 }
print(A().x + "\n")          // expect: 2
