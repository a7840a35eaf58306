// else may stand on a line of its own.
if (false) print("a\n")
else print("b\n")            // expect: b
