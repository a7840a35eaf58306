// A closure and the generator whose local it captures go on sharing it after a yield.
// differs: the reference detaches the variable
function g() {
    local a = 5
    local f = function() { a++ }
    yield a
    f()
    yield a
}
local it = g()
print(resume it + "\n")    // expect: 5
print(resume it + "\n")    // expect: 6
