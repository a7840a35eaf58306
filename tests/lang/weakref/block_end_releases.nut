// A local of a block releases its object when the block ends.
local w
{
    local t = {}
    w = t.weakref()
}
local x = 1
print((w.ref() == null) + "\n")      // expect: true
