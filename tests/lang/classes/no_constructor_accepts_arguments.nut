// Without a constructor any arguments are accepted.
class P { x = 1 }
print(P(1, 2, 3).x + "\n")   // expect: 1
