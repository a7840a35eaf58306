// Members have default values; methods use them through this.
class P {
    x = 1
    y = 2
    function sum() { return x + this.y }
}
local p = P()
p.x = 10
print(p.sum() + "\n")        // expect: 12
