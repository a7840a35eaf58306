// srand exists.
math.srand(5)
print("ok\n")                // expect: ok
