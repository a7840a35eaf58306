// The inner handler is used first.
try {
    try { throw "x" } catch (e) { print("inner " + e + "\n") }   // expect: inner x
    throw "y"
} catch (e) { print("outer " + e + "\n") }   // expect: outer y
