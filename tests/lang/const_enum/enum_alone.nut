// An enum is no value: one of its members must follow.
enum E { A }
E <- 5                       // expect compile error: expected '.'
