// Reading outside throws.
local b = blob(2)
b[2]                         // expect error: index out of range
