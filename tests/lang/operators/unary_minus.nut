// Negation of numbers; anything else throws.
print(-(5) + "\n")           // expect: -5
print(- -5 + "\n")           // expect: 5
local x = 2.5
print(-x + "\n")             // expect: -2.5
local s = "a";
-s                           // expect error: attempt to negate a string
