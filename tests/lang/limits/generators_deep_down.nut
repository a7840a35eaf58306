// Where a generator was first resumed does not change how deep it may call.
function deep(n, generator) { return n > 0 ? deep(n - 1, generator) : resume generator }
function body(levels) {
    yield levels
    if (levels > 0) {
        local inner = body(levels - 1)
        deep(20000, inner)
        resume inner
    }
    yield "end"
}
local g = body(20)
print(deep(20000, g) + "\n") // expect: 20
print(resume g + "\n")       // expect: end
