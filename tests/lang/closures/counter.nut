// Each call of the maker has variables of its own.
function counter() {
    local n = 0
    return function () { return ++n }
}
local a = counter(), b = counter()
a()
a()
print(a() + " " + b() + "\n")   // expect: 3 1
