// A string gives a real weak reference; numbers give themselves.
local w = "text".weakref()
print(typeof w + "\n")          // expect: weakref
print(w.ref() + "\n")           // expect: text
print(typeof (5).weakref() + "\n")   // expect: integer
