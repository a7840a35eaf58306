// A surplus argument is an error.
function f(a) { return a }
f(1, 2)                      // expect error: wrong number of parameters
