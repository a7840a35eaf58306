// acall takes the context and the arguments in one array.
local f = function (a, b) { return this.n + a + b }
print(f.acall([{ n = 1 }, 2, 3]) + "\n") // expect: 6
