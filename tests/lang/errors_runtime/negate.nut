// Unary operators name the type.
local f = function (g) { try { g() } catch (e) { print(e + "\n") } }
local s = "a", n = null, t = {}
f(@() -s)                    // expect: attempt to negate a string
f(@() -n)                    // expect: attempt to negate a null
f(@() -t)                    // expect: attempt to negate a table
f(@() ~n)                    // expect: attempt to perform a bitwise op on a null
