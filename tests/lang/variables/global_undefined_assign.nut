// Assigning an undefined global throws.
nope = 1                     // expect error: the index 'nope' does not exist
