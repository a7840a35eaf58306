// A callback that takes too few parameters.
try { [1].apply(@() 1) } catch (e) { print(e + "\n") }   // expect: wrong number of parameters
