// Only unassigned members count.
enum E { A, B = 5, C }
print(E.A + " " + E.B + " " + E.C + "\n")   // expect: 0 5 1
