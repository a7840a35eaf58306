// call(ctx, ...) sets this.
local f = function (a, b) { return this.n + a + b }
print(f.call({ n = 1 }, 2, 3) + "\n")    // expect: 6
