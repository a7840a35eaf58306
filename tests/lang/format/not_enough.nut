// A missing argument.
format("%d %d", 1)                   // expect error: not enough paramters for the given format string
