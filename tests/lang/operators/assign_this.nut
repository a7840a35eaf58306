// ``this`` is a local like any other to the compiler: it can be assigned.
function f() {
    this = { x = 7 }
    return x
}
print(f() + "\n")                 // expect: 7
local a = (this = 5)
print(a + "\n")                   // expect: 5
