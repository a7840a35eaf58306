// A plain call has the root table as this, so an inner declaration makes a global.
function outer() {
    function inner() { return "inner" }
}
outer()
print(::inner() + "\n")      // expect: inner
