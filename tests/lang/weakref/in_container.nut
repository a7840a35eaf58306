// Read from a container, a weakref is the object itself.
local t = { n = 3 }
local a = [t.weakref()]
print(a[0].n + "\n")         // expect: 3
t = null
print((a[0] == null) + "\n") // expect: true
