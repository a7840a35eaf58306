// The compare function must return a number.
[2, 1].sort(@(a, b) "x")     // expect error: numeric value expected as return value of the compare function
