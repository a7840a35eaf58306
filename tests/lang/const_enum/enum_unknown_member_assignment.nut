// An assignment to a member that does not exist names it.
enum E { A }
E.B <- 5                     // expect compile error: invalid constant [E.B]
