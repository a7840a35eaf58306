// A closure keeps the variable of its own scope.
local x = 1
local f = @() x
{
    local x = 2
    print(f() + " " + x + "\n")   // expect: 1 2
}
