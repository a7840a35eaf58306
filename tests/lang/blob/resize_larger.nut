// resize to more reserves room; the length stays until something is written.
local b = blob(2)
b.resize(4)
print(b.len() + "\n")        // expect: 2
