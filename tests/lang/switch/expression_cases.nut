// Cases are any expressions, tested in order.
local one = 1
switch (3) {
    case one + 1: print("two\n"); break
    case one + 2: print("three\n"); break        // expect: three
}
