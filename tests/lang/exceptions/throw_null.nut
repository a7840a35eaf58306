// throw null arrives as null.
try { throw null } catch (e) { print((e == null) + "\n") }   // expect: true
