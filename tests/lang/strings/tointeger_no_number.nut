// Without a number it throws.
"abc".tointeger()            // expect error: cannot convert the string
