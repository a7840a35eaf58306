// flush does no harm.
local b = blob(1)
b.flush()
print(b.len() + "\n")        // expect: 1
