// An error in a callback of a native reaches the caller's handler.
try {
    [1, 2].map(function (v) { throw "at " + v })
} catch (e) { print(e + "\n") }   // expect: at 1
