// A member followed by a bracket on the next line of a class needs a separator.
local t = {
    a = [1]
    [2] = 3                  // expect compile error: cannot brake deref/or comma needed after [exp]=exp slot declaration
}
