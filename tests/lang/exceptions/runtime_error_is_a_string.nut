// A runtime error is caught as a string.
try { nope } catch (e) { print(typeof e + ": " + e + "\n") }   // expect: string: the index 'nope' does not exist
