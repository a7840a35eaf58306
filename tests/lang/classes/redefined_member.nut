// A member may be declared twice; the later one counts.
class C { x = 1; x = 2 }
print(C().x + "\n")          // expect: 2
