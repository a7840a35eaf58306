// The format must be a string.
format(5)                            // expect error: parameter 1 has an invalid type 'integer' ; expected: 'string'
