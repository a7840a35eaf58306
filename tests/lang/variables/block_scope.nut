// A local of a block ends with it.
local x = 1
{
    local x = 2
    print(x + "\n")          // expect: 2
}
print(x + "\n")              // expect: 1
