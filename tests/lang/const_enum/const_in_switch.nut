// Constants serve as cases.
const ONE = 1
enum E { TWO = 2 }
foreach (v in [1, 2]) switch (v) { case ONE: print("one "); break; case E.TWO: print("two "); break }
print("\n")                  // expect: one two 
