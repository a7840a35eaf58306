// _cmp serves the orderings.
class N {
    n = 0
    constructor(n) { this.n = n }
    function _cmp(o) { return n <=> o.n }
}
local a = N(1), b = N(2)
print((a < b) + " " + (a > b) + " " + (a <= b) + " " + (a >= b) + " " + (a <=> b) + "\n")   // expect: true false true false -1
