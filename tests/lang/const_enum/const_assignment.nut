// A constant cannot be assigned.
const A = 5
A = 6                        // expect compile error: can't assign expression
