// Two closures of one call share its variable.
function pair() {
    local n = 0
    return { up = function () { n++ }, get = function () { return n } }
}
local p = pair()
p.up()
p.up()
print(p.get() + "\n")        // expect: 2
