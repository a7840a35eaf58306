// A parameter without default after one with.
function f(a = 1, b) {}      // expect compile error: expected '='
