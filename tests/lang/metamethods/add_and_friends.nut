// The arithmetic metamethods of an instance get the right operand.
class V {
    n = 0
    constructor(n) { this.n = n }
    function _add(o) { return "add " + o }
    function _sub(o) { return "sub " + o }
    function _mul(o) { return "mul " + o }
    function _div(o) { return "div " + o }
    function _modulo(o) { return "mod " + o }
}
local v = V(1)
print((v + 2) + "\n")        // expect: add 2
print((v - 3) + "\n")        // expect: sub 3
print((v * 4) + "\n")        // expect: mul 4
print((v / 5) + "\n")        // expect: div 5
print((v % 6) + "\n")        // expect: mod 6
