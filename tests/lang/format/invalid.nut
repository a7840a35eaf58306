// An unknown conversion.
format("%q", 1)                      // expect error: invalid format
