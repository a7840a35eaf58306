// An unknown member does not compile.
enum E { A }
print(E.Z)                   // expect compile error: invalid constant [E.Z]
