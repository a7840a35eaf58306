// sort uses _cmp.
class N {
    n = 0
    constructor(n) { this.n = n }
    function _cmp(o) { return o.n <=> n }
}
local a = [N(1), N(3), N(2)]
a.sort()
print(a[0].n + " " + a[1].n + " " + a[2].n + "\n")   // expect: 3 2 1
