// Native functions check the number of arguments.
"abc".len(1)                 // expect error: wrong number of parameters
