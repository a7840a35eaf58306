// An error goes up through calls.
function a() { throw "deep" }
function b() { a(); print("not here\n") }
try { b() } catch (e) { print(e + "\n") }   // expect: deep
