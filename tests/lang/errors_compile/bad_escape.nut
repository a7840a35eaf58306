// An unknown escape.
print("a\qb")                // expect compile error: unrecognised escaper char
