// A catch may throw again.
try {
    try { throw "first" } catch (e) { throw e + " again" }
} catch (e) { print(e + "\n") }   // expect: first again
