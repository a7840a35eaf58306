// The parameter count of a map callback is strict when it wants more.
[1].map(@(a, b) a)           // expect error: wrong number of parameters
