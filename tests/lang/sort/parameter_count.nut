// A compare function with one parameter.
try { [1, 3].sort(@(x) 1) } catch (e) { print(e + "\n") }   // expect: wrong number of parameters
