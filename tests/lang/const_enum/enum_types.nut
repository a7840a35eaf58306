// Members may be strings and floats.
enum E { S = "text", F = 1.5, N = -3 }
print(E.S + " " + E.F + " " + E.N + "\n")   // expect: text 1.5 -3
