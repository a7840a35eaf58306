// Without a number it throws.
"abc".tofloat()              // expect error: cannot convert the string
