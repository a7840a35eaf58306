// A local function does not know its own name.
local function f(n) { return n == 0 ? 0 : f(n - 1) }
print(f(0) + "\n")           // expect: 0
f(1)                         // expect error @2: the index 'f' does not exist
