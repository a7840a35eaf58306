// An end before the start throws.
"abc".slice(2, 1)            // expect error: wrong indexes
