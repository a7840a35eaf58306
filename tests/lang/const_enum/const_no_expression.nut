// Nor is an expression.
const A = 1 + 2              // expect compile error: end of statement expected (; or lf)
