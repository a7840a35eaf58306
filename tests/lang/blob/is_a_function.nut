// blob is a function; what it makes is nothing to extend or put slots into, and has no other members.
// differs: stock has a class, whose _get and _set take numbers only
local attempt = function (f) { try { print(f() + "\n") } catch (e) { print(e + "\n") } }
print(type(blob) + "\n")                 // expect: function
attempt(@() blob(1) instanceof blob)     // expect: cannot apply instanceof between a function and a meta
attempt(@() class extends blob {})       // expect: trying to inherit from a function
attempt(@() blob(1)[null])               // expect: the index 'null' does not exist
attempt(@() blob(1).foo)                 // expect: the index 'foo' does not exist
attempt(@() blob(1).foo = 1)             // expect: cannot set property of object of type blob
attempt(@() blob(1).foo <- 1)            // expect: cannot set property of object of type blob
attempt(@() delete blob(1).foo)          // expect: attempt to delete a slot from a meta
attempt(@() 1 - blob(1))                 // expect: arith op - on between 'integer' and 'meta'
