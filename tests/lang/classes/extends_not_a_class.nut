// Only classes can be inherited from.
local n = 5
class B extends n {}         // expect error: trying to inherit from a integer
