// RAND_MAX is a member of math, and a global as in published agent tests.
// differs: the reference has no table math of its own
print((RAND_MAX == math.RAND_MAX) + "\n")   // expect: true
