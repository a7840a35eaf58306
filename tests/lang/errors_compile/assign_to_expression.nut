// A call cannot be assigned.
function f() {}
f() = 1                      // expect compile error: can't assign expression
