// A constant cannot be deleted.
const A = 5
delete A;                    // expect compile error: can't delete an expression
