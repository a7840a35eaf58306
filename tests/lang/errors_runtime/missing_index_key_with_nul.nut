// The error for a missing slot gives the whole key.
// differs: stock ends the key at a NUL
try { print({}["a\0b"]) } catch (e) { print((e == "the index 'a\0b' does not exist") + "\n") }     // expect: true
