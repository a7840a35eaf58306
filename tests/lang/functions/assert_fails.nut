// assert throws for a false one.
assert(1 == 2)               // expect error: assertion failed
