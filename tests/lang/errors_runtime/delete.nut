// delete on something without slots.
local f = function (o) { try { delete o.x } catch (e) { print(e + "\n") } }
f(5)                         // expect: attempt to delete a slot from a integer
f(null)                      // expect: attempt to delete a slot from a null
f([])                        // expect: attempt to delete a slot from a array
