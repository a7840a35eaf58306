// A program that does not compile prints nothing.
print("never\n")
local = 5                    // expect compile error: expected 'IDENTIFIER'
