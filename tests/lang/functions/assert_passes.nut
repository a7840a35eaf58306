// assert does nothing for a true value.
assert(1 == 1)
print("ok\n")                // expect: ok
