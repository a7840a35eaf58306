// They cannot be combined.
function f(a = 1, ...) {}    // expect compile error: function with default parameters cannot have variable number of parameters
