// A member cannot be incremented.
enum E { A }
E.A++;                       // expect compile error: can't '++' or '--' an expression
