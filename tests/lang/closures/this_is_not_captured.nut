// this is the caller's, not the maker's.
name <- "root"
local t = { name = "t", function make() { return function () { return name } } }
local f = t.make()
print(f() + "\n")            // expect: root
local u = { name = "u", f = f }
print(u.f() + "\n")          // expect: u
