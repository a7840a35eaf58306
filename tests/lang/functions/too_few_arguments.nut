// A missing argument is an error.
function f(a) { return a }
f()                          // expect error: wrong number of parameters
