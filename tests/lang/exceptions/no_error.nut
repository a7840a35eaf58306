// Without an error catch is skipped.
try { print("body\n") } catch (e) { print("catch\n") }   // expect: body
