// A closing brace ends one, too.
function f() { return 5 }
if (true) { print(f() + "\n") }   // expect: 5
