// Values in comparison errors.
local f = function (a, b) { try { a < b } catch (e) { print(e + "\n") } }
f("a", 1)                    // expect: comparison between 'a' and '1'
f(1.5, "b")                  // expect: comparison between '1.5' and 'b'
f([], 1)                     // expect: comparison between 'array' and '1'
f({}, "t")                   // expect: comparison between 'table' and 't'
