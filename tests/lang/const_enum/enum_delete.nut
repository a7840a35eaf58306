// A member cannot be deleted.
enum E { A }
delete E.A;                  // expect compile error: can't delete an expression
