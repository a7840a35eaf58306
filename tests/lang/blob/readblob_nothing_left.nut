// Nothing left is an error.
local b = blob(0)
b.readblob(1)                // expect error: no data left to read
