// Table literals: names, quoted names, computed keys, functions; commas optional.
local t = { a = 1, "b": 2, ["c" + "d"] = 3, function f() { return 4 } }
print(t.a + "\n")            // expect: 1
print(t.b + "\n")            // expect: 2
print(t.cd + "\n")           // expect: 3
print(t.f() + "\n")          // expect: 4
local u = { a = 1 b = 2 }
print(u.len() + "\n")        // expect: 2
