// An end before the start throws.
[1, 2, 3].slice(2, 1)        // expect error: wrong indexes
