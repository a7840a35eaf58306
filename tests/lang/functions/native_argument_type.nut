// Native functions check argument types.
"abc".slice("x")             // expect error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'
