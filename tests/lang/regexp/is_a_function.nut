// regexp is a function; what it makes is nothing to extend, clone, iterate or put slots into.
// differs: stock has a class, and dies when one of its instances is cloned
local attempt = function (f) { try { print(f() + "\n") } catch (e) { print(e + "\n") } }
print(type(regexp) + "\n")                               // expect: function
attempt(@() regexp("a") instanceof regexp)               // expect: cannot apply instanceof between a function and a meta
attempt(@() class extends regexp {})                     // expect: trying to inherit from a function
attempt(@() clone regexp("a"))                           // expect: cannot clone regexp
attempt(@() regexp("a").x = 1)                           // expect: cannot set property of object of type regexp
attempt(@() regexp("a").x <- 1)                          // expect: cannot set property of object of type regexp
attempt(function () { foreach (x in regexp("a")) {} })   // expect: cannot iterate meta
attempt(@() regexp("a") + 1)                             // expect: arith op + on between 'meta' and 'integer'
