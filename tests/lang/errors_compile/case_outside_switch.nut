// case needs a switch.
case 1: print("x")           // expect compile error: expression expected
