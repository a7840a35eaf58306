// A member cannot be assigned.
enum E { A }
E.A = 3                      // expect compile error: can't assign expression
