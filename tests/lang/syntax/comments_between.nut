// Comments may stand anywhere between tokens.
local /* a */ x /* b */ = /* c */ 5 // d
print(x + "\n")              // expect: 5
