// The binding keeps its environment alive.
// differs: stock holds the environment weakly
function make() {
    local env = { n = 7 }
    return (function () { return this.n }).bindenv(env)
}
print(make()() + "\n")       // expect: 7
