// A delegate's _delslot replaces the deletion.
local t = { a = 1 }.setdelegate({ function _delslot(k) { print("delete " + k + "\n") } })
delete t.a                   // expect: delete a
print(t.len() + "\n")        // expect: 1
