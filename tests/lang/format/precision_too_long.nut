// A precision of four digits.
format("%.1000f", 1.0)               // expect error: precision format too long
