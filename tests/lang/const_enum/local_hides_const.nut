// A local of the same name hides the constant.
const X = 1
local X = 2
print(X + "\n")              // expect: 2
