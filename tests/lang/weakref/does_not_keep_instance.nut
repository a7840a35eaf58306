// An instance held only weakly is gone at once.
class C { v = 1 }
local w = C().weakref()
print((w.ref() == null) + "\n")   // expect: true
