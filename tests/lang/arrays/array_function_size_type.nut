// The size must be a number.
array("3")                   // expect error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'
