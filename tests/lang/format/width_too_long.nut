// A width of four digits.
format("%1000d", 1)                  // expect error: width format too long
