// A backslash needs a character after it.
// differs: stock accepts it
try { regexp("\\") } catch (e) { print(e + "\n") }       // expect: letter expected
