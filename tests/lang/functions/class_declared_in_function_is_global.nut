// The same holds for classes.
function outer() {
    class Inner { x = 1 }
}
outer()
print(::Inner().x + "\n")    // expect: 1
