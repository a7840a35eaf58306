// Numbers only.
math.sqrt("4")               // expect error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'
