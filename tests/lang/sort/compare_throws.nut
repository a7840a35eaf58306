// An error in the compare function.
try { [1, 3, 2].sort(function (x, y) { throw "mine" }) } catch (e) { print(e + "\n") }   // expect: mine
