// After the first instance the class is closed.
class P {}
local p = P()
P.x <- 1                     // expect error: trying to modify a class that has already been instantiated
