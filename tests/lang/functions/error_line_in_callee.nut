// The error is reported where it is raised, not where the function is called.
function f(x) {
    return x.missing         // expect error: the index 'missing' does not exist
}
print("calling\n")           // expect: calling
f({})
