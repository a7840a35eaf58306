// A backslash needs a character after it.
// differs: stock reads beyond the end of the pattern
try { regexp("\\") } catch (e) { print(e + "\n") }       // expect: letter expected
