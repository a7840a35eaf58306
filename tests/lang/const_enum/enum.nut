// Members count from 0.
enum E { A, B, C }
print(E.A + " " + E.B + " " + E.C + "\n")   // expect: 0 1 2
