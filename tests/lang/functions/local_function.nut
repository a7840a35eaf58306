// local function makes a local.
local function f() { return 1 }
print(f() + "\n")            // expect: 1
print(("f" in getroottable()) + "\n")   // expect: false
