// Nor a literal.
5 = 1                        // expect compile error: can't assign expression
