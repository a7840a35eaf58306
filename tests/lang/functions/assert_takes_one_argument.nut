// A message is not accepted.
assert(true, "text")         // expect error: wrong number of parameters
